import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { idFromUuid, isId, writeId } from '../model/ids.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import type { FeedPlace, WriterPlace } from './feed-place.ts';

/** A place, and how much of one more delta was read. */
export interface FeedCursor {
  readonly place: FeedPlace;
  readonly begun: BegunDelta | undefined;
}

/** A delta of which the first `done` steps were read. */
export interface BegunDelta {
  readonly writer: string;
  readonly number: number;
  readonly done: number;
}

/** Turns places into texts for callers, and back. */
export interface FeedSeal {
  /** Seals a place, and the delta that comes next, for one account. */
  write(accountId: number, place: FeedPlace, begun?: Pick<BegunDelta, 'writer' | 'number'>): string;
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
    write(accountId, place, begun) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context(accountId));
      const sealed = Buffer.concat([cipher.update(encode(place, begun)), cipher.final()]);
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

function encode(
  { atMs, writers }: FeedPlace,
  begun: Pick<BegunDelta, 'writer' | 'number'> | undefined,
): Buffer {
  const listed = [...writers]
    .filter(
      ([id, { latestMs, missing }]) =>
        latestMs > atMs - ACTIVE_MS || missing.size > 0 || id === begun?.writer,
    )
    .sort(([, one], [, other]) => other.latestMs - one.latestMs)
    .slice(0, MOST_WRITERS);
  const numbers: number[] = [VERSION, atMs, listed.length];
  for (const [, { next, missing }] of listed) {
    numbers.push(next, missing.size, ...[...missing.keys()].map((number) => next - number));
  }
  const place = begun === undefined ? -1 : listed.findIndex(([id]) => id === begun.writer);
  // A delta is the first of its writer.
  const isNew = begun !== undefined && place === -1;
  numbers.push(begun === undefined ? 0 : isNew ? 1 : place + 2, begun?.number ?? 0);
  const ids = [...listed.map(([id]) => id), ...(isNew ? [begun.writer] : [])];
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
  const places = Array.from({ length: number() }, (): WriterPlace => {
    const next = number();
    const missing = Array.from({ length: number() }, () => [next - number(), atMs] as const);
    return { next, missing: new Map(missing), latestMs: atMs };
  });
  const place = number();
  const begunNumber = number();
  const id = (): string => {
    const hex = bytes.toString('hex', at, at + ID_BYTES);
    at += ID_BYTES;
    return idFromUuid(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
  };
  const ids = places.map(id);
  const writer = place === 0 ? undefined : place === 1 ? id() : ids[place - 2];
  if (writer !== undefined && !isId(writer)) return undefined;
  return {
    place: { atMs, writers: new Map(places.map((one, index) => [ids[index] as string, one])) },
    begun: writer === undefined ? undefined : { writer, number: begunNumber, done },
  };
}
