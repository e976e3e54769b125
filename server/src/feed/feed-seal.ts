import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { idFromUuid, writeId } from '../model/ids.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import type { BegunDelta, FeedMark } from './feed-item.ts';
import type { FeedPlace, WriterPlace } from './feed-place.ts';

/** A place, and of which deltas after it a part was told. */
export interface FeedCursor {
  readonly place: FeedPlace;
  readonly begun: readonly BegunDelta[];
}

/** Turns places into texts for callers, and back. */
export interface FeedSeal {
  /**
   * Seals a place for one account. Of a mark, the text also has the delta: how many of its steps were told
   * follows the text, after a dot.
   */
  write(accountId: number, at: FeedPlace | FeedMark): string;
  /** Undefined for a text that this does not seal, or not for this account. */
  read(accountId: number, text: string): FeedCursor | undefined;
}

/** Writers that wrote nothing for so long are not in the text (`completePlace`). */
export const ACTIVE_MS = 20 * MINUTE_MS;

/** A text has 30 bytes of each writer; a request's head has 16 KiB. */
const MOST_WRITERS = 200;

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 16;

/**
 * Makes the seal for places in the feed. A text is encrypted, because numbers of writers would tell one
 * account how much the others do, and bound to its account.
 *
 * @param key 32 bytes.
 */
export function createFeedSeal(key: Uint8Array): FeedSeal {
  return {
    write(accountId, at) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context(accountId));
      const sealed = Buffer.concat([cipher.update(encode(at)), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },

    read(accountId, text) {
      const [, sealedText = '', done = '0'] = /^([\w-]+)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
      const bytes = Buffer.from(sealedText, 'base64url');
      // The decoder ignores what is left over at the end.
      if (bytes.toString('base64url') !== sealedText) return undefined;
      try {
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const decipher = createDecipheriv('aes-256-gcm', key, nonce)
          .setAAD(context(accountId))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES);
        return decode(Buffer.concat([decipher.update(sealed), decipher.final()]), Number(done));
      } catch {
        return undefined;
      }
    },
  };
}

const context = (accountId: number): Buffer => Buffer.from(`feed ${accountId}`);

function encode(at: FeedPlace | FeedMark): Buffer {
  const isMark = 'before' in at;
  const { atMs, writers } = isMark ? at.before : at;
  // The delta that the text is about comes first.
  const begun = isMark ? [{ ...at, done: 0 }, ...at.begun] : [];
  const listed = [...writers]
    .filter(([, { latestMs, missing }]) => latestMs > atMs - ACTIVE_MS || missing.size > 0)
    .sort(([, one], [, other]) => other.latestMs - one.latestMs)
    .slice(0, MOST_WRITERS);
  const ids = [...new Set([...listed.map(([id]) => id), ...begun.map(({ writer }) => writer)])];
  const numbers: number[] = [VERSION, atMs, ids.length, listed.length];
  for (const [, { next, missing }] of listed) {
    numbers.push(next, missing.size, ...[...missing.keys()].map((number) => next - number));
  }
  numbers.push(begun.length);
  for (const { done, number, writer } of begun) numbers.push(ids.indexOf(writer), number, done);
  const bytes = Buffer.alloc(ids.length * ID_BYTES);
  ids.forEach((id, index) => {
    writeId(id, bytes, index * ID_BYTES);
  });
  return Buffer.concat([Buffer.from(numbers.flatMap(digits)), bytes]);
}

/** Seven bits a byte, the lowest first, as in LEB128. */
function digits(number: number): number[] {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function decode(bytes: Buffer, done: number): FeedCursor | undefined {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  if (number() !== VERSION) return undefined;
  const atMs = number();
  const ids: string[] = Array(number());
  const places = Array.from({ length: number() }, (): WriterPlace => {
    const next = number();
    const missing = Array.from({ length: number() }, () => [next - number(), atMs] as const);
    return { next, missing: new Map(missing), latestMs: atMs };
  });
  const begun = Array.from({ length: number() }, () => [number(), number(), number()] as const);
  for (let index = 0; index < ids.length; index++) {
    const hex = bytes.toString('hex', at, at + ID_BYTES);
    ids[index] = idFromUuid(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
    at += ID_BYTES;
  }
  return {
    place: { atMs, writers: new Map(places.map((one, index) => [ids[index] as string, one])) },
    begun: begun.map(([writer, numberOf, ofOthers], index) => ({
      writer: ids[writer] as string,
      number: numberOf,
      done: index === 0 ? done : ofOthers,
    })),
  };
}
