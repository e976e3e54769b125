import type { WebhookInvocationAttempt } from '@hooktrail/sdk';
import { ulid } from 'ulid';
import type { Runner } from '../database/database.ts';
import { firstIdAt, idTimeMs } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { findArchivedErasure } from '../sql/find-archived-erasure.ts';
import { findArchivedEvent } from '../sql/find-archived-event.ts';
import { readArchivedOutcomes } from '../sql/read-archived-outcomes.ts';
import {
  type storeArchivedEvent as Event,
  storeArchivedBodies,
  storeArchivedEvent,
  storeArchivedLink,
} from '../sql/store-archived-bodies.ts';
import type { ArchiveParts } from './archive-parts.ts';
import type { Masker } from './masking/create-masker.ts';
import { matchAttempts } from './poll/match-attempts.ts';
import { MOST_OUTCOMES } from './poll/merge-outcomes.ts';
import { readAttemptBody } from './poll/read-attempt-body.ts';
import { type ArchivedPayload, readPayload } from './poll/read-payload.ts';

interface Invocation {
  readonly accountId: number;
  readonly sourceId: string;
  readonly webhookId: string;
  readonly id: string;
  /** What it sent, where that is archived already. */
  readonly eventId: string | null;
}

/** Bodies of an invocation that are ready to be stored. */
export interface PreparedBodies {
  /** Whether there is anything that was sent. */
  readonly isThere: boolean;
  write(runner: Runner): Promise<void>;
}

/** Makes what was sent and answered in the attempts of an invocation fit to be stored. */
export async function prepareBodies(
  { clock, database, makeMonths }: ArchiveParts,
  { accountId, eventId, id, sourceId, webhookId }: Invocation,
  attempts: readonly WebhookInvocationAttempt[],
  masker: Masker,
): Promise<PreparedBodies> {
  const one = { lane: laneOf(webhookId), webhookId };
  const outcomes = await database.run(readArchivedOutcomes, {
    ...one,
    invocationIds: [id],
    limit: MOST_OUTCOMES,
  });
  const matched = matchAttempts(attempts, outcomes);
  const bodies = matched
    .filter(({ attempt }) => attempt.request !== undefined || attempt.response !== undefined)
    .map(({ attempt, outcome }) => readAttemptBody(attempt, outcome.number, outcome.sent, masker));
  const sent = new Set(bodies.map(({ number }) => number));
  const latest = bodies.toSorted((a, b) => b.number - a.number)[0];
  const request = attempts.find(({ request }) => typeof request?.payload === 'string')?.request;
  const text = request?.payload;
  const payload =
    text === undefined ? undefined : readPayload(text, request?.payloadLength, masker);
  const erased = payload && (await erasedEvent(payload));
  const known = payload && (erased ?? eventId ?? (await knownEvent(payload)));
  const event = payload && known === undefined ? newEvent(payload) : undefined;
  if (event !== undefined) await makeMonths([idTimeMs(event.id)]);

  return {
    isThere: bodies.length > 0 && erased === undefined,
    async write(runner) {
      if (bodies.length === 0) return;
      const linked = await runner.run(storeArchivedLink, {
        ...one,
        id,
        eventId: known ?? event?.id ?? null,
        eventType: payload?.type ?? null,
        attemptsCount: outcomes.filter((row) => row.sent || sent.has(row.number)).length,
        durationMs: latest?.durationMs ?? null,
        erasedAtMs: erased === undefined ? null : clock.now(),
      });
      // A poll brings nothing back that was erased.
      if (linked.length === 0 || erased !== undefined) return;
      await runner.run(storeArchivedBodies, { ...one, invocationId: id, bodies });
      if (event !== undefined) await runner.run(storeArchivedEvent, event);
    },
  };

  /** An event that was erased, and may have been sent to this webhook as well. */
  async function erasedEvent({ ownId }: ArchivedPayload): Promise<string | undefined> {
    if (ownId === null) return undefined;
    const timeMs = idTimeMs(id);
    const [found] = await database.run(findArchivedErasure, {
      accountId,
      sourceId,
      ownId,
      firstId: firstIdAt(timeMs - DAY_MS),
      lastId: firstIdAt(timeMs + DAY_MS),
    });
    return found?.id;
  }

  /** Several webhooks may have been sent one event. A later one gets a row of its own. */
  async function knownEvent({ body, ownId }: ArchivedPayload): Promise<string | undefined> {
    if (ownId === null) return undefined;
    const timeMs = idTimeMs(id);
    const [found] = await database.run(findArchivedEvent, {
      accountId,
      sourceId,
      ownId,
      body,
      firstId: firstIdAt(timeMs - DAY_MS),
      lastId: firstIdAt(timeMs + DAY_MS),
    });
    return found?.id;
  }

  function newEvent(of: ArchivedPayload): Parameters<(typeof Event)['values']>[0] {
    return { ...of, accountId, sourceId, id: ulid(Math.min(idTimeMs(id), clock.now())) };
  }
}
