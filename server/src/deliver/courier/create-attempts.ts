import type { Logger } from 'pino';
import type { Directory } from '../../directory/directory.ts';
import type { Breakers } from '../../gates/breakers.ts';
import type { Handshakes } from '../../gates/handshakes.ts';
import { isSendable } from '../../gates/is-sendable.ts';
import { logFailure } from '../../log/log-failure.ts';
import type { DeliveryMetrics } from '../../metrics/delivery-metrics.ts';
import type { Clock } from '../../model/clock.ts';
import { idTimeMs, newId } from '../../model/ids.ts';
import { isByHand } from '../../model/is-by-hand.ts';
import type { Leased } from '../../model/leased.ts';
import type { Rules } from '../../model/rules.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { Exhaustion } from '../outcome/exhaustion.ts';
import { judge } from '../outcome/judge.ts';
import type { Recorder } from '../outcome/recorder.ts';
import type { Send } from '../request/create-send.ts';
import type { Exchange } from '../request/exchange.ts';
import { requestRules } from '../request/request-rules.ts';
import type { ReadBody, SentEvent } from './create-read-body.ts';
import { type FinishedAttempt, outcomeRow } from './finished-attempt.ts';
import { holdsLease, type Work } from './work.ts';

/** How long a request waits that its stopping node ended. */
const OWN_WAIT_MS = 1_000;

/** No row has this lease, so an outcome under it decides nothing; but a success always settles. */
const NO_LEASE = 0;

const STALE = 'not counted: the endpoint had closed the kept connection';

interface Parts {
  readonly breakers: Breakers;
  readonly clock: Clock;
  /** Switches a webhook to inactive because this endpoint of it is gone. */
  readonly deactivate: (webhookId: string, endpoint: string) => Promise<void>;
  readonly directory: Directory;
  readonly exhaustion: Exhaustion;
  readonly handshakes?: Pick<Handshakes, 'held'> | undefined;
  readonly log: Logger;
  readonly metrics?: DeliveryMetrics | undefined;
  /** Called when a webhook has work at a time (milliseconds since 1970). */
  readonly onRetry: (webhookId: string, atMs: number) => void;
  readonly readBody: ReadBody;
  /** Records that the request of a suspect is about to be sent; false if its lease is lost. */
  readonly beginSuspect: (work: Work) => Promise<boolean>;
  readonly recorder: Recorder;
  /** Returns the lease of work whose webhook may not send. */
  readonly returnLease: (work: Work) => Promise<void>;
  readonly rulesOf: (webhookId: string) => Rules;
  readonly send: Send;
}

/** One attempt, from body to record. */
export interface Attempts {
  /** Sends the request and judges the answer; undefined when it was not sent. */
  make(work: Work): Promise<FinishedAttempt | undefined>;
  /** Resolves when the outcome is committed and its consequences are written. */
  record(work: Work, finished: FinishedAttempt): Promise<void>;
}

/**
 * Makes what carries out one attempt:
 *
 * check the lease -> check that the webhook may send -> read the body -> check the lease -> a suspect's
 * request is announced -> open a connection, if none is kept -> check the lease -> send -> judge
 *
 * Each step before the request can end it without a request. The lease is checked after each step that
 * takes time: a process that was stopped in it, or had no database, finds its work with another node. Recording is separate, because the
 * request is no longer in flight by then:
 *
 * wait for a renewal in progress -> record -> update the webhook and its breaker
 *
 * A request over a kept connection that was closed is recorded, and sent once more, immediately, on
 * a new connection: two attempts of one lease, of which the second decides. If the first cannot be
 * recorded, the lease must not end with the second, or nothing would say that there was a first: the
 * lease expires, or is noted as lost.
 */
export function createAttempts(parts: Parts): Attempts {
  const { beginSuspect, breakers, clock, deactivate, directory, exhaustion, log } = parts;
  const { onRetry, readBody, recorder, returnLease, rulesOf, send } = parts;

  /** The webhook of an invocation that may be sent now. */
  function sendableWebhook(leased: Leased): Webhook | undefined {
    const { permitted, probe, webhookId } = leased;
    const webhook = directory.webhook(webhookId);
    if (webhook === undefined || isByHand(leased)) return webhook;
    if (!isSendable(webhook, directory.account(webhook.accountId))) return undefined;
    if (probe) return webhook;
    const rules = rulesOf(webhookId);
    // Leased before its endpoint changed, or its rules.
    if (parts.handshakes?.held(webhookId, rules) !== undefined) return undefined;
    if (exhaustion.waitMs(webhookId) > 0) return undefined;
    // Work leased before the webhook had a rate limit would exceed it.
    if (!permitted && rules.rateLimit !== null) return undefined;
    return breakers.broken(webhookId) === undefined ? webhook : undefined;
  }

  /** Updates webhook and breaker by an outcome. If this fails, the next outcome tries again. */
  async function conclude(
    { manual, probe, webhookId }: Leased,
    { endpoint, exchange, verdict }: FinishedAttempt,
  ): Promise<void> {
    try {
      if (!verdict.counts) {
        if (probe) await breakers.returnProbe(webhookId);
        return;
      }
      if (verdict.deactivate) await deactivate(webhookId, endpoint);
      const success = exchange.status === 'success';
      if (probe || (manual && success && breakers.broken(webhookId) !== undefined)) {
        await breakers.probed(webhookId, success);
      }
    } catch (error) {
      log.warn(
        { err: error, webhook_id: webhookId },
        'could not update a webhook or its breaker after an attempt',
      );
    }
  }

  /** Sends one request and judges its outcome; undefined when its lease ended before. */
  async function request(
    work: Work,
    webhook: Webhook,
    { body: payload, traceContext }: SentEvent,
    newConnection: boolean,
  ): Promise<FinishedAttempt | undefined> {
    const { leased } = work;
    const nowMs = clock.now();
    // Made now, not when it is recorded: ids never go back, and this one says when it was sent.
    const attemptId = newId(nowMs);
    const rules = rulesOf(webhook.id);
    const beganMs = exhaustion.nowMs;
    const exchange = await send({
      target: webhook,
      accountId: webhook.accountId,
      webhookId: webhook.id,
      invocationId: leased.id,
      payload,
      event: { id: leased.eventId, type: leased.eventType, atMs: idTimeMs(leased.id) },
      nowMs,
      ...requestRules(rules),
      newConnection,
      mayBegin: () => holdsLease(work, clock.now()),
      jobId: leased.jobId,
      traceContext,
      continuesTrace: leased.continuesTrace,
      propagateTrace: rules.propagateTrace,
      resendCount: leased.attemptsCount + (newConnection ? 1 : 0),
    });
    if (exchange.unsent === true) return undefined;
    const { attemptsCount, manual, manualCount } = leased;
    const place = attemptsCount - manualCount + 1;
    const ownWaitMs = ownWaitAfter(exchange, webhook.id, beganMs);
    const verdict = judge(exchange, { place, manual, ownWaitMs }, rules, Math.random());
    if (!leased.probe && verdict.counts) breakers.count(webhook.id, exchange.status === 'success');
    return { attemptId, endpoint: webhook.endpoint, exchange, verdict, after: undefined };
  }

  /** How long a request waits that failed by our own fault. */
  function ownWaitAfter({ fault }: Exchange, webhookId: string, beganMs: number): number {
    if (fault === 'node exhausted' || fault === 'ports exhausted' || fault === 'proxy unusable') {
      return exhaustion.struck(fault, webhookId);
    }
    exhaustion.passed(webhookId, beganMs);
    return fault === 'stale connection' ? 0 : OWN_WAIT_MS;
  }

  /** Counts an attempt that is on the record. */
  function measure({ leased }: Work, { exchange }: FinishedAttempt): void {
    const { durationMs, errorClass, phases, startedAtMs, status } = exchange;
    const isFirst = leased.attemptsCount === 0 && !leased.manual;
    parts.metrics?.attempted({
      invocationId: leased.id,
      webhookId: leased.webhookId,
      status,
      errorClass,
      startedAtMs,
      durationMs,
      phases,
      delayMs: isFirst ? Math.max(0, startedAtMs - idTimeMs(leased.id)) : undefined,
    });
  }

  /** Records a request that is followed by another one under the same lease; false if that fails. */
  async function recordFollowed(work: Work, finished: FinishedAttempt): Promise<boolean> {
    const { verdict } = finished;
    const reason = `${STALE}; sent again at once on a new one`;
    const row = outcomeRow(work, {
      ...finished,
      verdict: {
        ...verdict,
        reason,
        reasonCode: 'not counted',
        retryInMs: undefined,
        resumes: false,
      },
    });
    try {
      await recorder.record({ ...row, leasedUntilMs: NO_LEASE }, work.accountId);
      measure(work, finished);
      return true;
    } catch (error) {
      logFailure(log, error, 'could not record an attempt over a connection that was closed');
      return false;
    }
  }

  /** Sends the request, if it may be sent, and judges the answer. */
  async function attempt(work: Work): Promise<FinishedAttempt | undefined> {
    const { leased } = work;
    if (!holdsLease(work, clock.now())) return undefined;
    const webhook = sendableWebhook(leased);
    if (webhook === undefined) {
      await returnLease(work);
      return undefined;
    }
    const { body, traceContext } = leased;
    const event =
      body === undefined ? await readBody(work, webhook.accountId) : { body, traceContext };
    if (event === undefined || !holdsLease(work, clock.now())) return undefined;
    if (leased.suspicion !== 'none' && !(await beginSuspect(work))) return undefined;
    work.state = 'sending';
    const first = await request(work, webhook, event, false);
    if (first?.exchange.fault !== 'stale connection') return first;
    const after = recordFollowed(work, first);
    const second = await request(work, webhook, event, true);
    return second && { ...second, after };
  }

  return {
    make: attempt,

    async record(work, finished) {
      const { verdict } = finished;
      const isWhole = (await finished.after) ?? true;
      if (work.renewal !== undefined) await work.renewal;
      work.state = 'recording';
      work.outcome = outcomeRow(work, finished);
      if (!isWhole) work.outcome.leasedUntilMs = NO_LEASE;
      await recorder.record(work.outcome, work.accountId);
      measure(work, finished);
      const { manual, probe, webhookId } = work.leased;
      // Its schedule goes on at a time that only the database knows, and which may be over.
      if (verdict.resumes) onRetry(webhookId, 0);
      if (verdict.retryInMs !== undefined) onRetry(webhookId, clock.now() + verdict.retryInMs);
      if (verdict.deactivate || probe || manual) await conclude(work.leased, finished);
    },
  };
}
