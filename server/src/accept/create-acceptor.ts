import type { Database } from '../database/database.ts';
import { GroupCommit } from '../database/group-commit.ts';
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../model/clock.ts';
import { createPause } from '../model/create-pause.ts';
import { newId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Webhook } from '../model/webhook.ts';
import type { Accepted, Acceptor, Idempotency, NewEvent, Publication } from './acceptor.ts';
import type { ShortCut } from './short-cut.ts';
import {
  STALE,
  type Submission,
  type SubmissionResult,
  writeSubmissions,
} from './write-submissions.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Directory;
  readonly shortCut: ShortCut;
  /** The length of a lease, in milliseconds. */
  readonly leaseMs: number;
}

/** An acceptor that can stop: it then refuses new events and writes those it already took. */
export interface StoppableAcceptor extends Acceptor {
  stop(): Promise<void>;
}

/** Submissions that may wait for the database; beyond that, publishers get 503. */
const MAX_WAITING = 20_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * How often an event is matched. Each further match means that a change of the account was committed
 * in the milliseconds between reading the directory and writing the event.
 */
const MAX_MATCHES = 20;

function sizeOf({ event, invocations }: Submission): number {
  return event.body.length + 200 * invocations.length;
}

/** Matches events to webhooks, fans out, and commits in groups. */
export function createAcceptor(parts: Parts): StoppableAcceptor {
  const { clock, directory } = parts;
  let stopped = false;
  const commits = new GroupCommit<Submission, SubmissionResult>({
    write: (submissions) => writeSubmissions(submissions, parts),
    sizeOf,
    maxItems: 1_000,
    maxBytes: 8 * 1024 * 1024,
    writers: 3,
    eagerItems: 12,
  });

  /** Returns the reason to refuse another submission on top of `items` with `bytes`, if any. */
  function refusal(items: number, bytes: number): Unavailable | undefined {
    if (stopped) return new Unavailable('this node is stopping', 2);
    if (commits.waiting + items >= MAX_WAITING || commits.bytes + bytes >= MAX_WAITING_BYTES) {
      return new Unavailable('too many events are waiting to be written');
    }
    return undefined;
  }

  /** Makes a submission and writes it, again as long as it is matched by an old version. */
  async function submit(match: () => Submission): Promise<Accepted> {
    const refused = refusal(0, 0);
    if (refused !== undefined) throw refused;
    for (let matches = 1; ; matches++) {
      const matched = match();
      const result = await commits.add(matched);
      if (result instanceof Error) throw result;
      if (result !== STALE) return result;
      await catchUp(matched, matches);
    }
  }

  /** Brings the account of a stale submission up to date. */
  async function catchUp({ event, version }: Submission, matches: number): Promise<void> {
    if (matches >= MAX_MATCHES) throw changesTooFast();
    if (directory.version(event.accountId) !== version) return; // it is known already
    await directory.refreshAccount(event.accountId);
  }

  function submission(
    accountId: number,
    event: NewEvent,
    webhooks: readonly Webhook[],
    idempotency: Idempotency | undefined,
  ): Submission {
    const nowMs = clock.now();
    const eventId = event.ownId ? newId(nowMs) : event.id;
    const invocations = [];
    const skipped = [];
    for (const webhook of webhooks) {
      if (webhook.status === 'active') {
        invocations.push({
          id: newId(nowMs),
          lane: laneOf(webhook.id),
          webhookId: webhook.id,
          eventId,
          eventType: event.type,
          leased: false,
        });
      } else {
        skipped.push(webhook.id);
      }
    }
    return {
      version: directory.version(accountId),
      publicId: event.id,
      event: { id: eventId, accountId, type: event.type, body: event.body },
      invocations,
      skipped,
      idempotency,
    };
  }

  const matched = (accountId: number, { event, idempotency }: Publication): Submission =>
    submission(accountId, event, directory.subscribers(accountId, event.type), idempotency);

  return {
    publish: (accountId, event, idempotency) =>
      submit(() => matched(accountId, { event, idempotency })),

    async publishAll(accountId, publications) {
      const taken: Submission[] = [];
      const pause = createPause();
      let bytes = 0;
      let refused: Unavailable | undefined;
      for (const publication of publications) {
        refused = refusal(taken.length, bytes);
        if (refused !== undefined) break;
        const one = matched(accountId, publication);
        taken.push(one);
        bytes += sizeOf(one);
        await pause();
      }
      const results: (SubmissionResult | Error)[] = await commits.addAll(taken);
      for (let matches = 1; ; matches++) {
        const places = [...results.keys()].filter((place) => results[place] === STALE);
        const [first] = places;
        if (first === undefined) break;
        try {
          await catchUp(taken[first] as Submission, matches);
        } catch (error) {
          for (const place of places) results[place] = error as Error;
          break;
        }
        const again: Submission[] = [];
        for (const place of places) {
          again.push(matched(accountId, publications[place] as Publication));
          await pause();
        }
        const written = await commits.addAll(again);
        places.forEach((place, index) => {
          taken[place] = again[index] as Submission;
          results[place] = written[index] as SubmissionResult | Error;
        });
      }
      while (refused !== undefined && results.length < publications.length) results.push(refused);
      return results as (Accepted | Error)[];
    },

    async invoke(prepare) {
      let direct: Submission | undefined;
      await submit(() => {
        const { webhook, body } = prepare();
        const type = webhook.subscriptions[0] as string;
        const event = { id: webhook.id, ownId: true, type, body };
        direct = submission(webhook.accountId, event, [webhook], undefined);
        return direct;
      });
      return (direct as Submission & { invocations: [{ id: string }] }).invocations[0].id;
    },

    async stop() {
      stopped = true;
      await commits.drained();
    },
  };
}

function changesTooFast(): Unavailable {
  return new Unavailable('the webhooks of this account change too fast to match an event');
}
