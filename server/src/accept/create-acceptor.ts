import type { Database } from '../database/database.ts';
import { GroupCommit } from '../database/group-commit.ts';
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Webhook } from '../model/webhook.ts';
import type { Accepted, Acceptor, Idempotency, NewEvent } from './acceptor.ts';
import type { ShortCut } from './short-cut.ts';
import { type Submission, type SubmissionResult, writeSubmissions } from './write-submissions.ts';

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

  async function submit(submission: Submission): Promise<Accepted> {
    const refused = refusal(0, 0);
    if (refused !== undefined) throw refused;
    const result = await commits.add(submission);
    if (result instanceof Error) throw result;
    return result;
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
      publicId: event.id,
      event: { id: eventId, accountId, type: event.type, body: event.body },
      invocations,
      skipped,
      idempotency,
    };
  }

  return {
    publish: (accountId, event, idempotency) =>
      submit(
        submission(accountId, event, directory.subscribers(accountId, event.type), idempotency),
      ),

    async publishAll(accountId, publications) {
      const taken: Submission[] = [];
      let bytes = 0;
      let refused: Unavailable | undefined;
      for (const { event, idempotency } of publications) {
        refused = refusal(taken.length, bytes);
        if (refused !== undefined) break;
        const webhooks = directory.subscribers(accountId, event.type);
        const one = submission(accountId, event, webhooks, idempotency);
        taken.push(one);
        bytes += sizeOf(one);
      }
      const results: (Accepted | Error)[] = await commits.addAll(taken);
      while (refused !== undefined && results.length < publications.length) results.push(refused);
      return results;
    },

    async invoke(webhook, body) {
      const event = { id: webhook.id, ownId: true, type: webhook.subscriptions[0] as string, body };
      const direct = submission(webhook.accountId, event, [webhook], undefined);
      await submit(direct);
      return (direct.invocations[0] as { id: string }).id;
    },

    async stop() {
      stopped = true;
      await commits.drained();
    },
  };
}
