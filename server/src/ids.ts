import { decodeTime, monotonicFactory } from 'ulid';

/**
 * Ids are ULIDs: 26 characters of Crockford base32 whose first 48 bits are the creation time in
 * milliseconds (contract §1). In the database they are `uuid`, 16 bytes in the same order.
 *
 * Making them is the library's work. Turning them into bytes and back is ours: the library's
 * `ulidToUUID` and `uuidToULID` take 2.3 and 2.6 µs, these take about a tenth, and every delivery
 * crosses the border some ten times.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

const VALUE = new Uint8Array(128);
for (let value = 0; value < ALPHABET.length; value++) VALUE[ALPHABET.charCodeAt(value)] = value;

// The library asks the system for each of 16 characters, which takes 30 µs for the first id of every
// millisecond; bytes drawn ahead take 1 µs.
const random = new Uint8Array(4_096);
let drawn = random.length;

function draw(): number {
  if (drawn === random.length) {
    crypto.getRandomValues(random);
    drawn = 0;
  }
  return (random[drawn++] as number) / 256;
}

/** A clock that goes back by less is a clock that is being set right. */
const STEP_BACK_MS = 60_000;

let next = monotonicFactory(draw);
let latestMs = 0;

/**
 * Makes an id whose time is `timeMs` (milliseconds since 1970) and which is greater than those made
 * before it. Only where the clock went back by more than a minute it begins anew from there: ids of
 * a future for which there is no partition could not be stored until that has come.
 */
export function newId(timeMs: number): string {
  if (timeMs < latestMs - STEP_BACK_MS) {
    next = monotonicFactory(draw);
    latestMs = 0;
  }
  latestMs = Math.max(latestMs, timeMs);
  return next(timeMs);
}

/** Whether a text is an id: 26 upper-case characters, no overflow of the 128 bits. */
export function isId(text: string): boolean {
  return PATTERN.test(text);
}

/** The creation time that an id carries, in milliseconds since 1970. */
export function idTimeMs(id: string): number {
  return decodeTime(id);
}

/** The smallest id of a moment: where the rows of that moment begin. */
export function firstIdAt(timeMs: number): string {
  let time = timeMs;
  let text = '';
  for (let index = 0; index < 10; index++) {
    text = ALPHABET.charAt(time % 32) + text;
    time = Math.floor(time / 32);
  }
  return `${text}0000000000000000`;
}

/** Writes the 16 bytes of an id into `target` at `offset`. */
export function writeId(id: string, target: Uint8Array, offset: number): void {
  let buffered = 0;
  let bits = -2; // 26 characters are 130 bits: the first character brings 3, not 5
  let at = offset;
  for (let index = 0; index < 26; index++) {
    buffered = ((buffered << 5) | (VALUE[id.charCodeAt(index)] as number)) & 0x1fff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      target[at++] = (buffered >> bits) & 0xff;
    }
  }
}

// A text that grows character by character is a chain of 26 objects, which a delivery would make some
// five times; one that is read from bytes is one.
const CODE = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const characters = Buffer.alloc(26);

const HEX = new Uint8Array(128);
for (let value = 0; value < 16; value++) HEX['0123456789abcdef'.charCodeAt(value)] = value;

/** The id of a `uuid` in its 36-character text form, as PostgreSQL prints it. */
export function idFromUuid(uuid: string): string {
  let buffered = 0;
  let bits = 2; // two leading zero bits make 130
  let at = 0;
  for (let index = 0; index < 36; index++) {
    const code = uuid.charCodeAt(index);
    if (code === 45) continue;
    buffered = ((buffered << 4) | (HEX[code] as number)) & 0x1ff;
    bits += 4;
    if (bits >= 5) {
      bits -= 5;
      characters[at++] = CODE[(buffered >> bits) & 31] as number;
    }
  }
  return characters.toString('latin1');
}

/** The 36-character text form of the `uuid` that an id is stored as. */
export function uuidFromId(id: string): string {
  const bytes = Buffer.allocUnsafe(16);
  writeId(id, bytes, 0);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
