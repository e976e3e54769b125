import { decodeTime } from 'ulid';

/**
 * Ids are ULIDs: 26 characters of Crockford base32 whose first 48 bits are the creation time in
 * milliseconds (spec/contract.md, "Operations"). The database stores them as `uuid`: the same 16
 * bytes in the same order.
 *
 * This module replaces the `ulid` library where it is slow. The library makes an id in 0.3 µs from
 * about 15 strings, half a kilobyte of garbage three times per event; `newId` takes 0.05 µs and
 * makes one string. The library's `ulidToUUID` and `uuidToULID` take 2.3 and 2.6 µs, the functions
 * here about a tenth of that, and every delivery converts ids about ten times. `decodeTime` takes
 * 0.7 µs, the function here 0.05, and every event asks for the time of an id about ten times.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

const VALUE = new Uint8Array(128);
for (let value = 0; value < ALPHABET.length; value++) VALUE[ALPHABET.charCodeAt(value)] = value;

const ZERO = ALPHABET.charCodeAt(0);

// Ids are assembled as bytes: a string that grows character by character is a chain of 26 objects,
// and a delivery would make about five of them.
const CODE = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const TIME_DIGITS = 10;
const DIGITS = 26;

// Drawn ahead: asking the system for 16 digits would cost the first id of every millisecond 30 µs.
const random = new Uint8Array(4_096);
let drawn = random.length;

/** A smaller step back is a correction of the clock; ids keep counting up through it. */
const STEP_BACK_MS = 60_000;

/** The digits and the time of the last id made. */
const latest = Buffer.alloc(DIGITS);
let latestMs = 0;

/**
 * Makes an id with the time `timeMs` (milliseconds since 1970) that is greater than every id made
 * before. Within a millisecond, or after a small step back of the clock, it is the previous id plus
 * one. After a step back of more than a minute, ids restart from the new time: ids from a future
 * without a partition could not be stored until that time arrives.
 */
export function newId(timeMs: number): string {
  if (timeMs > latestMs || timeMs < latestMs - STEP_BACK_MS) begin(timeMs);
  else increment();
  return latest.toString('latin1');
}

function begin(timeMs: number): void {
  latestMs = timeMs;
  writeTime(timeMs, latest);
  for (let index = TIME_DIGITS; index < DIGITS; index++) {
    if (drawn === random.length) {
      crypto.getRandomValues(random);
      drawn = 0;
    }
    latest[index] = CODE[(random[drawn++] as number) & 31] as number;
  }
}

function increment(): void {
  for (let index = DIGITS - 1; index >= 0; index--) {
    const value = ((VALUE[latest[index] as number] as number) + 1) & 31;
    latest[index] = CODE[value] as number;
    if (value > 0) return;
  }
}

function writeTime(timeMs: number, digits: Uint8Array): void {
  let time = timeMs;
  for (let index = TIME_DIGITS - 1; index >= 0; index--) {
    digits[index] = CODE[time % 32] as number;
    time = Math.floor(time / 32);
  }
}

/** Whether a text is an id: 26 upper-case characters that fit into 128 bits. */
export function isId(text: string): boolean {
  return PATTERN.test(text);
}

/**
 * Reads the creation time of an id, in milliseconds since 1970.
 *
 * @throws Error of the library, which says what is wrong, for another length or a time that is none.
 */
export function idTimeMs(id: string): number {
  if (id.length !== DIGITS) return decodeTime(id);
  let time = 0;
  for (let index = 0; index < TIME_DIGITS; index++) {
    const code = id.charCodeAt(index);
    const value = VALUE[code] ?? 0;
    // What is no digit has the value of '0'; a first digit above 7 does not fit into 48 bits.
    if ((value === 0 && code !== ZERO) || (index === 0 && value > 7)) return decodeTime(id);
    time = time * 32 + value;
  }
  return time;
}

/** Returns the smallest id of a millisecond: a lower bound for the rows created from then on. */
export function firstIdAt(timeMs: number): string {
  const digits = Buffer.alloc(DIGITS, ALPHABET[0]);
  writeTime(timeMs, digits);
  return digits.toString('latin1');
}

/** Writes the 16 bytes of an id into `target` at `offset`. */
export function writeId(id: string, target: Uint8Array, offset: number): void {
  let buffered = 0;
  let bits = -2; // 26 characters are 130 bits: the first character contributes 3, not 5
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

const characters = Buffer.alloc(DIGITS);

const HEX = new Uint8Array(128);
for (let value = 0; value < 16; value++) HEX['0123456789abcdef'.charCodeAt(value)] = value;

/** Converts the 36-character text of a `uuid`, as PostgreSQL prints it, to the id. */
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

/** Converts an id to the 36-character text of its `uuid`. */
export function uuidFromId(id: string): string {
  const bytes = Buffer.allocUnsafe(16);
  writeId(id, bytes, 0);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
