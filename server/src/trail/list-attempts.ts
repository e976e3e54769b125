import type { Runner } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { laneOf } from '../model/lanes.ts';
import { type AttemptRow, readAttempts } from '../sql/read-attempts.ts';
import { readEventBody } from '../sql/read-event-body.ts';
import { attemptsGone } from './attempts-gone.ts';
import { findInvocation } from './find-invocation.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly retentionDays: number;
}

/** The sent body: at most its first 64 KiB, and the length of the whole in bytes. */
export interface Payload {
  readonly text: string;
  readonly length: number;
}

/** The attempts of an invocation, newest first. */
export interface InvocationAttempts {
  readonly attempts: readonly AttemptRow[];
  /** There were attempts, but they are no longer kept. */
  readonly gone: boolean;
  /** The same in every attempt; undefined when the event is no longer kept. */
  readonly payload: Payload | undefined;
}

const SHOWN_BYTES = 64 * 1024;

/**
 * Reads the attempts; undefined if the webhook has no such invocation, or lists no longer show it.
 */
export async function listAttempts(
  parts: Parts,
  webhookId: string,
  invocationId: string,
): Promise<InvocationAttempts | undefined> {
  const invocation = await findInvocation(parts, webhookId, invocationId);
  if (invocation === undefined) return undefined;
  const { database } = parts;
  const lane = laneOf(webhookId);
  const [attempts, [event]] = await Promise.all([
    database.run(readAttempts, { lane, invocationId }),
    database.run(readEventBody, { id: invocation.event_id, maxCharacters: SHOWN_BYTES }),
  ]);
  return {
    attempts,
    gone: attemptsGone(invocation, attempts),
    payload: event && { text: firstBytes(event.beginning, SHOWN_BYTES), length: event.length },
  };
}

/** Cuts a text to a number of bytes, between characters. */
function firstBytes(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  if (buffer.length <= bytes) return text;
  let end = bytes;
  while (((buffer[end] as number) & 0xc0) === 0x80) end--; // not inside a character
  return buffer.toString('utf8', 0, end);
}
