import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Breakers } from '../../gates/breakers.ts';
import { isSendable } from '../../gates/is-sendable.ts';
import type { Sender } from '../../http-client/create-sender.ts';
import type { Exchange } from '../../http-client/exchange.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import type { Leased } from '../../model/leased.ts';
import type { Rules } from '../../model/rules.ts';
import { Unavailable } from '../../model/unavailable.ts';
import type { Webhook } from '../../model/webhook.ts';
import { endInvocations } from '../../sql/end-invocations.ts';
import { readEvents } from '../../sql/read-events.ts';
import type { OutcomeRow } from '../../sql/record-outcomes.ts';
import type { LeaseRow } from '../../sql/renew-leases.ts';
import { returnLeases } from '../../sql/return-leases.ts';
import { judge, type Verdict } from '../outcome/judge.ts';
import type { Recorder } from '../outcome/recorder.ts';
import { composeRequest, type Delivery, type OutboundRequest } from '../request/compose-request.ts';
import { ByteBudget } from './byte-budget.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly log: Logger;
  readonly breakers: Breakers;
  readonly recorder: Recorder;
  readonly rulesOf: (webhookId: string) => Rules;
  readonly sender: Sender;
  /** Switches a webhook to inactive. */
  readonly deactivate: (webhookId: string) => Promise<void>;
  /** Told when a webhook has room again, or has work at a time (milliseconds since 1970). */
  readonly onRoom: (webhookId: string) => void;
  readonly onRetry: (webhookId: string, atMs: number) => void;
}

/**
 * What this node does with one leased invocation:
 *
 * `queued` -> `sending` -> `recording` -> gone
 *
 * It leaves `queued` without being sent when its lease has run out (somebody else may have it) or
 * its webhook may not send any more: switched off, paused, its breaker open, limited since (the lease
 * is given back). An attempt by hand and a probe go out all the same: whoever let them in has decided
 * that. While `queued` and `sending` the lease is renewed; while `recording` it is not, since the
 * outcome names the lease it belongs to.
 */
export interface Work {
  readonly leased: Leased;
  leasedUntilMs: number;
  state: 'queued' | 'sending' | 'recording';
  /** A renewal that is under way: its result must be known before the outcome is recorded. */
  renewal: Promise<void> | undefined;
  /** What is being recorded. */
  outcome: OutcomeRow | undefined;
}

/** One request and what follows from it. */
interface Outcome {
  readonly attemptId: string;
  readonly exchange: Exchange;
  readonly verdict: Verdict;
}

/** The work of one webhook on this node. */
interface Line {
  readonly webhookId: string;
  readonly queue: Work[];
  /** Places taken: reserved, queued, sending or recording. */
  held: number;
  sending: number;
  /** Stands in the list of those that wait for a place among all requests under way. */
  waiting: boolean;
}

/** Places of one webhook: those under way, and as many more as keep them busy between two claims. */
const MAX_HELD_PER_WEBHOOK = 512;
const MAX_HELD = 16_384;
const MAX_SENDING = 4_096;

/**
 * One webhook may have this part of what is free. A few busy ones are not limited by it; the more
 * endpoints hang, the less each gets. Where n take all they can, 8 / (n + 8) of the places are free
 * once each has given back what it had before the others came.
 */
const SHARE = 1 / 8;

/**
 * Past the first so many under way, so many are begun in one turn of the event loop; then what has come
 * is read first. Where endpoints answer faster than this node can send, no more are so under way than it
 * keeps up with, instead of all that are allowed, each with a socket that waits to be read. Where they
 * take their time, turns are short, and this is no limit. (docs/decisions/requests-in-a-turn.md)
 */
const SENDING_UNHURRIED = 64;
const MAX_BEGUN_IN_TURN = 16;

/** What bodies under way and outcomes that wait for the database may take. */
const BODY_BYTES = 256 * 1024 * 1024;

/** The longest body that is accepted; one that is not in memory may be as long. */
const LONGEST_BODY = 1024 * 1024;

/** A request is not begun when its lease has less than this left and was not renewed. */
const LEASE_MARGIN_MS = 1_000;

/** A body that could not be read is asked for again, while the lease holds. */
const READ_AGAIN_MS = 250;

/** Above every length of a body, and the largest number that the statement takes. */
const ANY_LENGTH = 2 ** 31 - 1;

/** Takes leased invocations and sends them, each webhook in its own line and within its own limits. */
export class Courier {
  readonly #parts: Parts;
  readonly #lines = new Map<string, Line>();
  readonly #works = new Map<string, Work>();
  readonly #waiting: Line[] = [];
  readonly #bytes = new ByteBudget(BODY_BYTES);
  #held = 0;
  #sending = 0;
  #begun = 0;
  #stopping = false;
  #idle: (() => void)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** All that is leased to this node. */
  works(): Iterable<Work> {
    return this.#works.values();
  }

  /** How many invocations of a webhook may be taken now; 0 until a worthwhile number fits. */
  room(webhookId: string): number {
    if (this.#stopping) return 0;
    const held = this.held(webhookId);
    const limit = this.#limit();
    const room = limit - held;
    return held === 0 || room >= limit / 4 ? Math.max(0, room) : 0;
  }

  /** How many places of a webhook are taken. */
  held(webhookId: string): number {
    return this.#lines.get(webhookId)?.held ?? 0;
  }

  /** Takes `count` places, which `room` has shown. */
  reserve(webhookId: string, count: number): void {
    this.#line(webhookId).held += count;
    this.#held += count;
  }

  /** Takes one place if there is one. */
  tryReserve(webhookId: string): boolean {
    return this.#tryReserve(webhookId, this.#limit());
  }

  /**
   * Takes one place for an attempt by hand, past the share of its webhook by as much again: a claim
   * takes all of that while it looks for due work, and most often gives it back at once.
   */
  tryReserveByHand(webhookId: string): boolean {
    return this.#tryReserve(webhookId, 2 * this.#limit());
  }

  /** Gives places back that were taken and are not used. */
  cancel(webhookId: string, count: number): void {
    this.#release(this.#line(webhookId), count);
  }

  /** Fills a place that was taken. */
  deliver(leased: Leased): void {
    const line = this.#line(leased.webhookId);
    const known = this.#works.get(leased.id);
    if (known !== undefined) {
      // This node lost the lease while it was busy with it, and has now got it again. An outcome that
      // waits for the database is to decide under this one, or the event would be sent again.
      known.leasedUntilMs = leased.leasedUntilMs;
      if (known.outcome !== undefined) known.outcome.leasedUntilMs = leased.leasedUntilMs;
      this.#release(line, 1);
      return;
    }
    const work: Work = {
      leased,
      leasedUntilMs: leased.leasedUntilMs,
      state: 'queued',
      renewal: undefined,
      outcome: undefined,
    };
    this.#works.set(leased.id, work);
    line.queue.push(work);
    this.#pump(line);
  }

  /** Sends nothing more. Resolves to the leases of what was not sent, for other nodes to take at once. */
  async stopSending(): Promise<LeaseRow[]> {
    this.#stopping = true;
    const unsent: Work[] = [];
    for (const line of this.#lines.values()) {
      for (const work of line.queue.splice(0)) {
        unsent.push(work);
        this.#drop(line, work);
      }
    }
    // Where a renewal is under way, only its end tells under which lease the work is held.
    for (const work of unsent) await work.renewal;
    return unsent.map(leaseOf);
  }

  /** The longest that a request under way may take, by the rules of its webhook. */
  longestMs(): number {
    let longest = 0;
    for (const { leased } of this.#works.values()) {
      longest = Math.max(longest, this.#parts.rulesOf(leased.webhookId).timeLimitMs);
    }
    return longest;
  }

  /** Resolves when what is under way is on the record, or when `deadline` is aborted. */
  async finished(deadline: AbortSignal): Promise<void> {
    if (deadline.aborted) return;
    await new Promise<void>((resolve) => {
      deadline.addEventListener('abort', () => resolve(), { once: true });
      this.#idle.push(resolve);
      this.#tellIdle();
    });
  }

  #tryReserve(webhookId: string, limit: number): boolean {
    if (this.#stopping || this.held(webhookId) >= limit) return false;
    this.reserve(webhookId, 1);
    return true;
  }

  /** How many places one webhook may hold at present. */
  #limit(): number {
    return Math.min(MAX_HELD_PER_WEBHOOK, Math.ceil((MAX_HELD - this.#held) * SHARE));
  }

  /** How many requests of one webhook may be under way at present. */
  #sendingLimit(concurrency: number): number {
    return Math.min(concurrency, Math.ceil((MAX_SENDING - this.#sending) * SHARE));
  }

  #line(webhookId: string): Line {
    let line = this.#lines.get(webhookId);
    if (line === undefined) {
      line = { webhookId, queue: [], held: 0, sending: 0, waiting: false };
      this.#lines.set(webhookId, line);
    }
    return line;
  }

  #pump(line: Line): void {
    if (this.#stopping) return;
    const { concurrency } = this.#parts.rulesOf(line.webhookId);
    while (line.queue.length > 0) {
      if (!this.#mayBegin()) {
        this.#wait(line);
        return;
      }
      if (line.sending >= this.#sendingLimit(concurrency)) {
        // Below its own limit it waits for others, whose ends it would not hear of.
        if (line.sending < concurrency) this.#wait(line);
        return;
      }
      const work = line.queue[0] as Work;
      const bytes = requestBytes(work.leased);
      if (!this.#bytes.tryTake(line.webhookId, bytes)) {
        this.#wait(line);
        return;
      }
      line.queue.shift();
      line.sending++;
      this.#sending++;
      this.#countBegun();
      void this.#run(line, work, bytes);
    }
  }

  #wait(line: Line): void {
    if (line.waiting) return;
    line.waiting = true;
    this.#waiting.push(line);
  }

  async #run(line: Line, work: Work, bytes: number): Promise<void> {
    const { log } = this.#parts;
    let sending = true;
    let taken = bytes;
    const sent = (outcome?: Outcome) => {
      if (!sending) return;
      sending = false;
      this.#bytes.giveBack(line.webhookId, taken);
      taken = outcome === undefined ? 0 : outcomeBytes(outcome);
      this.#bytes.take(line.webhookId, taken);
      line.sending--;
      this.#sending--;
      this.#pump(line);
      this.#pumpWaiting();
    };
    try {
      const outcome = await this.#attempt(line, work);
      sent(outcome);
      if (outcome !== undefined) await this.#record(work, outcome);
    } catch (error) {
      const { id, webhookId } = work.leased;
      log.error(
        { err: error, invocation_id: id, webhook_id: webhookId },
        'an attempt could not be made or recorded; its lease runs out',
      );
    } finally {
      sent();
      this.#bytes.giveBack(line.webhookId, taken);
      this.#drop(line, work);
      // While the database is away, only this gives bytes back.
      this.#pumpWaiting();
    }
  }

  /** Sends the request, or resolves to undefined when it may not be sent. */
  async #attempt(line: Line, work: Work): Promise<Outcome | undefined> {
    const { breakers, clock, rulesOf } = this.#parts;
    const { leased } = work;
    if (!this.#holds(work)) return undefined;
    const webhook = this.#webhook(leased);
    if (webhook === undefined) {
      await this.#giveBack(line, work);
      return undefined;
    }
    const payload = leased.body ?? (await this.#readBody(work));
    if (payload === undefined) return undefined;
    const nowMs = clock.now();
    // Made now, not when it is recorded: ids never go back, and this one tells when it was sent.
    const attemptId = newId(nowMs);
    work.state = 'sending';
    const rules = rulesOf(webhook.id);
    const delivery = {
      target: webhook,
      accountId: webhook.accountId,
      webhookId: webhook.id,
      invocationId: leased.id,
      payload,
      nowMs,
      standardWebhooks: rules.standardWebhooks,
    };
    const exchange = await this.#exchange(delivery, rules.timeLimitMs);
    const { attemptsCount, manual, manualCount } = leased;
    const judged = { place: attemptsCount - manualCount + 1, manual };
    const verdict = judge(exchange, judged, rules, Math.random());
    if (!leased.probe) breakers.count(webhook.id, exchange.status === 'success');
    return { attemptId, exchange, verdict };
  }

  /** The webhook of an invocation that may be sent now. */
  #webhook({ manual, permitted, probe, webhookId }: Leased): Webhook | undefined {
    const { breakers, directory, rulesOf } = this.#parts;
    const webhook = directory.webhook(webhookId);
    if (webhook === undefined || manual) return webhook;
    if (!isSendable(webhook, directory.account(webhook.accountId))) return undefined;
    if (probe) return webhook;
    // What was leased before the webhook had a limit would go out beside it.
    if (!permitted && rulesOf(webhookId).rateLimit !== null) return undefined;
    return breakers.broken(webhookId) === undefined ? webhook : undefined;
  }

  #exchange(delivery: Delivery, timeLimitMs: number): Promise<Exchange> | Exchange {
    const { sender } = this.#parts;
    let request: OutboundRequest;
    try {
      request = composeRequest(delivery);
    } catch (error) {
      // On the record like any other failure: else its lease would run out again and again.
      return {
        status: 'failed',
        startedAtMs: delivery.nowMs,
        durationMs: 0,
        requestHeaders: [],
        response: undefined,
        errorMessage: `failed: no request can be made: ${(error as Error).message}`,
      };
    }
    return sender.send(request, timeLimitMs, delivery.nowMs);
  }

  /**
   * Gives back the work of a webhook that may not send any more, all that waits in its line at once: it
   * is due then, and waits or is ended there.
   */
  async #giveBack(line: Line, work: Work): Promise<void> {
    const { clock, database, onRetry } = this.#parts;
    const waiting = line.queue.splice(0);
    line.queue.push(...waiting.filter(({ leased }) => leased.manual));
    const all = [work, ...waiting.filter(({ leased }) => !leased.manual)];
    try {
      for (const { renewal } of all) await renewal;
      await database.run(returnLeases, all.map(leaseOf));
    } finally {
      for (const other of all.slice(1)) this.#drop(line, other);
    }
    onRetry(line.webhookId, clock.now());
  }

  async #record(work: Work, outcome: Outcome): Promise<void> {
    const { verdict } = outcome;
    const { clock, onRetry, recorder } = this.#parts;
    if (work.renewal !== undefined) await work.renewal;
    work.state = 'recording';
    work.outcome = outcomeRow(work, outcome);
    await recorder.record(work.outcome);
    const { webhookId } = work.leased;
    if (verdict.resumes) onRetry(webhookId, clock.now());
    if (verdict.retryInMs !== undefined) onRetry(webhookId, clock.now() + verdict.retryInMs);
    const { manual, probe } = work.leased;
    if (verdict.deactivate || probe || manual) await this.#conclude(work.leased, outcome);
  }

  /** What an outcome means for its webhook. Where this fails, the next outcome says it again. */
  async #conclude({ manual, probe, webhookId }: Leased, outcome: Outcome): Promise<void> {
    const { breakers, deactivate, log } = this.#parts;
    const { exchange, verdict } = outcome;
    try {
      if (verdict.deactivate) await deactivate(webhookId);
      const success = exchange.status === 'success';
      if (probe || (manual && success && breakers.broken(webhookId) !== undefined)) {
        await breakers.probed(webhookId, success);
      }
    } catch (error) {
      log.warn({ err: error, webhook_id: webhookId }, 'what an attempt means could not be written');
    }
  }

  /** Resolves to undefined when there is no body any more, or no lease to send it under. */
  async #readBody(work: Work): Promise<string | undefined> {
    const { database } = this.#parts;
    const { leased } = work;
    while (this.#holds(work)) {
      try {
        const [event] = await database.run(readEvents, {
          ids: [leased.eventId],
          maxBytes: ANY_LENGTH,
        });
        if (typeof event?.body === 'string') return event.body;
        await work.renewal;
        await database.run(endInvocations, {
          leases: [leaseOf(work)],
          reason: 'the event is no longer kept',
        });
        return undefined;
      } catch (error) {
        // Dropped now, its lease would run out, and it would be taken for sent.
        if (!(error instanceof Unavailable) || this.#stopping) throw error;
        await sleep(READ_AGAIN_MS);
      }
    }
    return undefined;
  }

  /** Whether there is time enough left of a lease to begin a request. */
  #holds({ leasedUntilMs }: Work): boolean {
    return leasedUntilMs - this.#parts.clock.now() >= LEASE_MARGIN_MS;
  }

  #mayBegin(): boolean {
    return this.#sending < SENDING_UNHURRIED || this.#begun < MAX_BEGUN_IN_TURN;
  }

  #countBegun(): void {
    if (this.#sending <= SENDING_UNHURRIED) return;
    if (this.#begun++ === 0) setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#begun = 0;
    for (let lines = this.#waiting.length; lines > 0 && this.#mayBegin(); lines--) this.#pumpNext();
  }

  /** Each end makes one place: two lines are asked, in turn, since the first may have no use for it. */
  #pumpWaiting(): void {
    this.#pumpNext();
    this.#pumpNext();
  }

  #pumpNext(): void {
    const line = this.#waiting.shift();
    if (line === undefined) return;
    line.waiting = false;
    this.#pump(line);
  }

  #drop(line: Line, work: Work): void {
    this.#works.delete(work.leased.id);
    this.#release(line, 1);
  }

  #release(line: Line, count: number): void {
    line.held -= count;
    this.#held -= count;
    this.#forgetIfEmpty(line);
    if (!this.#stopping) this.#parts.onRoom(line.webhookId);
    this.#tellIdle();
  }

  #forgetIfEmpty(line: Line): void {
    if (line.held === 0) this.#lines.delete(line.webhookId);
  }

  #tellIdle(): void {
    if (this.#works.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

/** A body is held twice, as text and as the bytes that are sent. */
function requestBytes({ body }: Leased): number {
  return 2 * (body?.length ?? LONGEST_BODY);
}

/** Text takes two bytes a character once one of them is beyond latin1. */
function outcomeBytes({ exchange: { requestHeaders, response } }: Outcome): number {
  let bytes = 2 * (response?.body.length ?? 0);
  for (const part of requestHeaders) bytes += part.length;
  for (const part of response?.headers ?? []) bytes += part.length;
  return bytes;
}

function leaseOf({ leased, leasedUntilMs }: Work): LeaseRow {
  return { lane: leased.lane, invocationId: leased.id, leasedUntilMs };
}

function outcomeRow(work: Work, { attemptId, exchange, verdict }: Outcome): OutcomeRow {
  const { response } = exchange;
  const { leased } = work;
  return {
    lane: leased.lane,
    invocationId: leased.id,
    attemptId,
    leasedUntilMs: work.leasedUntilMs,
    status: exchange.status,
    statusCode: response?.statusCode ?? null,
    completedAtMs: exchange.startedAtMs + exchange.durationMs,
    durationMs: exchange.durationMs,
    retryInMs: verdict.retryInMs ?? null,
    reason: verdict.reason ?? null,
    manual: leased.manual,
    resumes: verdict.resumes,
    // The messages of TLS quote what the endpoint sent; PostgreSQL cannot store U+0000.
    errorMessage: exchange.errorMessage?.replaceAll('\u0000', '\uFFFD') ?? null,
    requestHeaders: JSON.stringify(exchange.requestHeaders),
    responseHeaders: response === undefined ? null : JSON.stringify(response.headers),
    responseBody: response?.body ?? null,
    responseLength: response?.length ?? null,
  };
}
