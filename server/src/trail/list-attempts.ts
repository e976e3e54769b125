import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { laneOf } from '../model/lanes.ts';
import { inFamily } from '../sql/parts/in-family.ts';
import { type AttemptRow, readAttempts } from '../sql/read-attempts.ts';
import { readEventBody } from '../sql/read-event-body.ts';
import { attemptsGone } from './attempts-gone.ts';
import { findInvocation, type Shown, type StoredWebhook } from './find-invocation.ts';
import { firstBytes } from './first-bytes.ts';
import type { Page, PageRequest } from './page.ts';
import { readPage } from './read-page.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly retentionDays: number;
}

interface AttemptsRequest {
  readonly accountId: number;
  readonly webhook: StoredWebhook;
  readonly invocationId: string;
  readonly shown?: Shown;
  /** Keys are numbers of attempts. */
  readonly page: PageRequest;
  /** Reads the bytes of decoded answers too. */
  readonly raw: boolean;
  /** Lists those of an archived invocation as its source does: what ended it without a request too, no resends. */
  readonly asRemote: boolean;
  /** The size of an attempt in the answer, in bytes. */
  readonly sizeOf: (row: AttemptRow, payload: Payload | undefined) => number;
}

/** The sent body: at most its first 64 KiB, and the length of the whole in bytes. */
export interface Payload {
  readonly text: string;
  readonly length: number;
}

/** A page of the attempts of an invocation, newest first. */
export interface InvocationAttempts {
  readonly page: Page<AttemptRow>;
  /** There were attempts, but they are no longer kept. */
  readonly gone: boolean;
  /** The same in every attempt; undefined when the event is no longer kept. */
  readonly payload: Payload | undefined;
}

/** What an attempt shows of what was sent. */
export const SHOWN_BYTES = 64 * 1024;

/** A page ends here, however few attempts it has: an attempt may have 256 KiB, an invocation many. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

const MAX_NUMBER = 2 ** 31 - 1;
const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/**
 * Reads attempts; undefined if the webhook has no such invocation, or lists no longer show it. It
 * reads at most one attempt more than the page has.
 */
export async function listAttempts(
  parts: Parts,
  { accountId, webhook, invocationId, shown, page, raw, asRemote, sizeOf }: AttemptsRequest,
): Promise<InvocationAttempts | undefined> {
  const invocation = await findInvocation(parts, webhook, invocationId, shown);
  if (invocation === undefined) return undefined;
  const { database } = parts;
  const { id: webhookId, family } = webhook;
  const { event_id: eventId } = invocation;
  const [event] =
    eventId === null
      ? []
      : await database.run(inFamily(readEventBody, family), {
          accountId,
          id: eventId,
          maxCharacters: SHOWN_BYTES,
        });
  const payload =
    event === undefined || event.beginning === null || event.length === null
      ? undefined
      : { text: firstBytes(event.beginning, SHOWN_BYTES), length: event.length };
  const found = await readPage<AttemptRow>(
    {
      descending: true,
      positionOf: ({ number, id }) => ({ key: number, id }),
      fits: (rows) => fitting(rows, (row) => sizeOf(row, payload)),
      read(direction, from, limit) {
        const forward = direction === 'forward';
        return database.run(inFamily(readAttempts, family).statement(forward, {}), {
          lane: laneOf(webhookId),
          webhookId,
          invocationId,
          filters: {},
          startNumber: (from?.key as number | undefined) ?? (forward ? MAX_NUMBER : 0),
          startId: from?.id ?? (forward ? LAST_ID : FIRST_ID),
          limit,
          maxBytes: MAX_PAGE_BYTES,
          raw,
          asRemote,
        });
      },
    },
    page,
  );
  const gone =
    found.before === undefined && found.after === undefined && attemptsGone(invocation, found.rows);
  return { page: found, gone, payload };
}

/** How many of the rows a page holds: one at least. */
function fitting(rows: readonly AttemptRow[], sizeOf: (row: AttemptRow) => number): number {
  let bytes = 0;
  const end = rows.findIndex((row) => {
    bytes += sizeOf(row);
    return Math.max(bytes, row.bytes) > MAX_PAGE_BYTES;
  });
  return end === -1 ? rows.length : Math.max(1, end);
}
