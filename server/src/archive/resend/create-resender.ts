import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Resends, ResentDelivery, Reservation } from '../../deliver/create-resends.ts';
import { requestRules } from '../../deliver/request/request-rules.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Refusal, SkipReason } from '../../jobs/replay/skip-reason.ts';
import type {
  ArchivedInvocation,
  Resender,
  ResendOrder,
  SentResend,
} from '../../jobs/resend/resender.ts';
import { logFailure } from '../../log/log-failure.ts';
import type { Account } from '../../model/account.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { PROFILES } from '../../model/profiles.ts';
import { rulesOf } from '../../model/rules-of.ts';
import type { HeaderBox } from '../../secrets/header-box.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { readArchivedPayloads } from '../../sql/read-archived-payloads.ts';
import { type ArchivedRequestRow, readArchivedRequests } from '../../sql/read-archived-requests.ts';
import { type ResendWebhookRow, readResendWebhooks } from '../../sql/read-resend-webhooks.ts';
import { beginArchivedResends, recordArchivedResend } from '../../sql/store-archived-resends.ts';
import { createMasker } from '../masking/create-masker.ts';
import { isEnveloped } from './is-enveloped.ts';
import { rebuildRequest } from './rebuild-request.ts';
import { resendOutcome } from './resend-outcome.ts';
import { resendSecret } from './resend-secret.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Pick<Directory, 'account'>;
  readonly headerBox: HeaderBox;
  readonly log: Logger;
  readonly resends: Resends;
  readonly secrets: SecretBox;
}

/** A request that is ready to be sent. */
interface Ready {
  readonly id: string;
  readonly delivery: ResentDelivery;
  readonly leftOut: readonly string[];
}

/** The CloudEvents type of an archived payload that is no event. */
const ARCHIVED_TYPE = 'hooktrail.archived';

/** Longer than what is archived of a payload. */
const MOST_BODY = 2 * 1024 * 1024;

/**
 * After the time of its request, how long its outcome may take to be recorded. Then it counts as lost, and a job
 * sends it again: its node died, or lost the database.
 */
const RECORD_MS = 5_000;

/** The resender of a node, and the end of what it has in flight. */
export interface NodeResender extends Resender {
  stop(): Promise<void>;
}

/** Makes what sends archived invocations again. */
export function createResender(parts: Parts): NodeResender {
  const { clock, database, directory, headerBox, log, resends, secrets } = parts;
  const inFlight = new Set<Promise<void>>();

  async function webhooksOf(accountId: number, ids: readonly string[]) {
    const rows = await database.run(readResendWebhooks, { accountId, ids });
    return new Map(rows.map((row) => [row.id, row]));
  }

  async function payloadsOf(
    accountId: number,
    eventIds: readonly (string | null)[],
    maxBytes: number,
  ) {
    const ids = [...new Set(eventIds.filter((id) => id !== null))];
    const events = ids.map((id) => ({ accountId, id }));
    const rows =
      ids.length === 0 ? [] : await database.run(readArchivedPayloads, { events, maxBytes });
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Makes what is sent of one invocation, or says why nothing is. */
  function makeReady(
    order: ResendOrder,
    webhook: ResendWebhookRow,
    row: ArchivedRequestRow,
    body: string,
  ): Ready | Refusal {
    const { accountId, jobId, resendId, target } = order;
    const account = directory.account(accountId) as Account;
    const invocationId = row.remote_id ?? row.id;
    const shared = { accountId, invocationId, resendId, jobId };
    if (target !== undefined) {
      const delivery = { ...shared, target, webhookId: target.id, payload: body };
      const rules = requestRules(rulesOf(target, account));
      const event = { id: invocationId, type: ARCHIVED_TYPE, atMs: undefined };
      // It is one already where its own sender had that rule.
      const isCloudEvent = rules.cloudEvents !== null && isEnveloped(row.request_headers, body);
      return {
        id: row.id,
        delivery: { ...delivery, ...rules, event, isEnveloped: isCloudEvent },
        leftOut: [],
      };
    }
    const secret = resendSecret(webhook, secrets);
    if (secret === undefined) return 'no secret';
    const rebuilt = rebuildRequest({ ...row, ...webhook, body, secret }, headerBox);
    if (typeof rebuilt === 'string') return rebuilt;
    return {
      id: row.id,
      leftOut: rebuilt.leftOut,
      delivery: {
        ...shared,
        target: rebuilt.target,
        webhookId: rebuilt.webhookId,
        payload: rebuilt.payload,
        standardWebhooks: rebuilt.standardWebhooks,
        timeLimitMs: PROFILES[account.profile].timeLimitMs,
        remoteAccount: { id: rebuilt.accountId },
      },
    };
  }

  async function rebuild(order: ResendOrder, webhook: ResendWebhookRow | undefined) {
    const { accountId, again, ids, resendId, sinceMs, webhookId } = order;
    const reasons = new Map<string, SkipReason>();
    const ready: Ready[] = [];
    if (webhook === undefined) {
      for (const id of ids) reasons.set(id, 'webhook deleted');
      return { ready, reasons };
    }
    const lane = laneOf(webhookId);
    const found = await database.run(readArchivedRequests, { lane, webhookId, ids, resendId });
    const rows = new Map(found.map((row) => [row.id, row]));
    const eventIds = found.map(({ event_id: id }) => id);
    const payloads = await payloadsOf(accountId, eventIds, MOST_BODY);
    for (const id of ids) {
      const row = rows.get(id);
      const payload = row?.event_id == null ? undefined : payloads.get(row.event_id);
      let made: Ready | SkipReason;
      if (row === undefined) made = 'invocation gone';
      else if (row.delivered && !again) made = 'delivered';
      else if (row.resending || isSince(row, sinceMs)) made = 'changed since';
      else if (payload == null || payload.body === null) made = 'cannot be rebuilt';
      else if (payload.masked) made = 'body masked';
      else made = makeReady(order, webhook, row, payload.body);
      if (typeof made === 'string') reasons.set(id, made);
      else ready.push(made);
    }
    return { ready, reasons };
  }

  const isSince = ({ attempted_at: at }: ArchivedRequestRow, sinceMs: number | undefined) =>
    sinceMs !== undefined && at !== null && at.getTime() > sinceMs;

  /** Sends one and records what came of it. Never rejects: what cannot be recorded counts as lost. */
  async function carryOut(
    order: ResendOrder,
    webhook: ResendWebhookRow,
    reservation: Reservation,
    { delivery, id }: Ready,
    number: number,
  ): Promise<void> {
    try {
      const exchange = await resends.send(reservation, delivery);
      const masking = {
        enabled: webhook.masking,
        headers: webhook.masked_headers,
        fields: webhook.masked_fields,
      };
      await database.run(recordArchivedResend, {
        lane: laneOf(order.webhookId),
        webhookId: order.webhookId,
        invocationId: id,
        number,
        ...resendOutcome(exchange, createMasker(masking, headerBox), {
          isMasked: webhook.masking,
          isOurs: order.target !== undefined,
        }),
      });
    } catch (error) {
      logFailure(log, error, `could not record a resend of invocation ${id}`);
    }
  }

  return {
    async refusals(accountId, isTargeted, invocations) {
      const reasons = new Map<ArchivedInvocation, Refusal>();
      const webhookIds = [...new Set(invocations.map(({ webhookId }) => webhookId))];
      const webhooks = await webhooksOf(accountId, webhookIds);
      const eventIds = invocations.map(({ eventId }) => eventId);
      const payloads = await payloadsOf(accountId, eventIds, 0);
      const unsigned = new Map(
        [...webhooks].map(([id, row]) => [id, resendSecret(row, secrets) === undefined]),
      );
      for (const one of invocations) {
        const payload = one.eventId === null ? undefined : payloads.get(one.eventId);
        if (payload === undefined || payload.erased) reasons.set(one, 'cannot be rebuilt');
        else if (payload.masked) reasons.set(one, 'body masked');
        else if (!isTargeted && unsigned.get(one.webhookId) !== false)
          reasons.set(one, 'no secret');
      }
      return reasons;
    },

    async send(order, record) {
      const { accountId, byHand, target, webhookId } = order;
      const webhook = (await webhooksOf(accountId, [webhookId])).get(webhookId);
      const { ready, reasons } = await rebuild(order, webhook);
      const receiver = { accountId, webhook: target, byHand };
      const reservation = await resends.reserve(receiver, ready.length);
      const leaving = ready.slice(0, reservation.count);
      let sent: readonly SentResend[] = [];
      try {
        await record(reasons, async (runner) => {
          sent = leaving.length === 0 ? [] : await begin(runner, order, leaving);
          return sent;
        });
      } catch (error) {
        await resends.cancel(reservation, reservation.count);
        throw error;
      }
      if (sent.length < leaving.length) {
        await resends.cancel(reservation, leaving.length - sent.length);
      }
      const byId = new Map(leaving.map((one) => [one.id, one]));
      const finished = Promise.all(
        sent.map(({ id, number }) =>
          carryOut(order, webhook as ResendWebhookRow, reservation, byId.get(id) as Ready, number),
        ),
      ).then(() => undefined);
      inFlight.add(finished);
      // Who asked for it hears of a failure.
      const forget = () => void inFlight.delete(finished);
      finished.then(forget, forget);
      return {
        sent,
        waiting: ready.length - leaving.length,
        leftOut: [...new Set(leaving.flatMap(({ leftOut }) => leftOut))],
        finished,
      };
    },

    async stop() {
      while (inFlight.size > 0) await Promise.allSettled(inFlight);
    },
  };

  function begin(
    runner: Pick<Database, 'run'>,
    { again, jobId, requestedBy, resendId, target, webhookId }: ResendOrder,
    leaving: readonly Ready[],
  ) {
    const resent = leaving
      .map(({ id }) => ({ invocationId: id, attemptId: newId(clock.now()) }))
      // Two jobs over the same invocations lock them in one order.
      .sort((one, other) => (one.invocationId < other.invocationId ? -1 : 1));
    const longestMs = Math.max(...leaving.map(({ delivery }) => delivery.timeLimitMs));
    return runner.run(beginArchivedResends, {
      lane: laneOf(webhookId),
      webhookId,
      resends: resent,
      resendId,
      jobId: jobId ?? null,
      requestedBy,
      targetWebhookId: target?.id ?? null,
      again,
      lostMs: longestMs + RECORD_MS,
    });
  }
}
