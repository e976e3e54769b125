const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** The most events of one batch. */
export const MAX_EVENTS = 1_000;

/** The position of one event in a batch, without surrounding white space. */
export interface BatchItem {
  /** Byte offsets in the body; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** The number of the element or line, counted from 1. */
  readonly number: number;
}

/** A batch that cannot be split into events. */
export interface BrokenBatch {
  readonly broken: 'malformed' | 'empty' | 'too many';
  readonly message: string;
}

/**
 * Finds the elements of a JSON array. It reads only the outline: parsing an element later shows
 * whether it is JSON, and the array is valid if all its elements are.
 *
 * It works on bytes, not on a string. Every delimiter is ASCII, and limits are in bytes. Each
 * element becomes its own string only when it is published, so a thousand strings do not wait for
 * the whole batch, and no slice of one long string keeps all 5 MiB in memory until the last retry
 * of its event.
 */
export function splitArray(body: Buffer): BatchItem[] | BrokenBatch {
  const items: BatchItem[] = [];
  const add = (from: number, to: number): void => {
    items.push(item(body, from, to, items.length + 1));
  };

  let index = skipSpace(body, 0, body.length);
  if (body[index] !== OPEN_ARRAY) return malformed('the body must be a JSON array of events');
  index = skipSpace(body, index + 1, body.length);
  if (body[index] === CLOSE_ARRAY && skipSpace(body, index + 1, body.length) === body.length) {
    return empty();
  }

  let depth = 1;
  let start = index;
  for (; index < body.length; index++) {
    switch (body[index] as number) {
      case QUOTE:
        index = endOfString(body, index);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth++;
        break;
      case COMMA:
        if (depth !== 1) break;
        add(start, index);
        if (items.length === MAX_EVENTS) return tooMany();
        start = index + 1;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        if (--depth > 0) break;
        add(start, index);
        if (body[index] !== CLOSE_ARRAY) return malformed('the array is closed by a brace');
        if (skipSpace(body, index + 1, body.length) < body.length) {
          return malformed('something follows the array');
        }
        return items;
    }
  }
  return malformed('the array is not closed');
}

/** Finds the lines of newline-delimited JSON. It skips blank lines, but counts them. */
export function splitLines(body: Buffer): BatchItem[] | BrokenBatch {
  const items: BatchItem[] = [];
  let start = 0;
  for (let line = 1; start < body.length; line++) {
    const feed = body.indexOf(LINE_FEED, start);
    const end = feed === -1 ? body.length : feed;
    if (skipSpace(body, start, end) < end) {
      if (items.length === MAX_EVENTS) return tooMany();
      items.push(item(body, start, end, line));
    }
    start = end + 1;
  }
  return items.length === 0 ? empty() : items;
}

function item(body: Buffer, from: number, to: number, number: number): BatchItem {
  const start = skipSpace(body, from, to);
  let end = to;
  while (end > start && isSpace(body[end - 1])) end--;
  return { start, end, number };
}

/** Finds the closing quote of the string that begins at `start`, or the end of the body. */
function endOfString(body: Buffer, start: number): number {
  let index = start + 1;
  while (index < body.length && body[index] !== QUOTE) {
    index += body[index] === BACKSLASH ? 2 : 1;
  }
  return index;
}

function skipSpace(body: Buffer, from: number, to: number): number {
  let index = from;
  while (index < to && isSpace(body[index])) index++;
  return index;
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;
}

function malformed(why: string): BrokenBatch {
  return { broken: 'malformed', message: `the body is not valid JSON: ${why}` };
}

function empty(): BrokenBatch {
  return { broken: 'empty', message: 'a batch must have at least one event' };
}

function tooMany(): BrokenBatch {
  return { broken: 'too many', message: `a batch must have at most ${MAX_EVENTS} events` };
}
