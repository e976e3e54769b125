import { MINUTE_MS } from '../model/time-units.ts';
import { headerText } from './header-text.ts';

/** The status line and headers of an answer, and what they imply for the body and connection. */
export interface AnswerHead {
  readonly statusCode: number;
  /** [name, value, name, value, ...]; values are read as UTF-8 where they are valid. */
  readonly headers: readonly string[];
  readonly body: BodyLength;
  /** How long the connection may be kept for another request, in milliseconds; 0: not at all. */
  readonly keepMs: number;
  /** Whether strict readers find the same lines in it. */
  readonly certain: boolean;
  /** The first fault in it. The status decides all the same. */
  readonly fault: string | undefined;
}

/**
 * How many bytes of body follow, or how their end is marked; `unclear` if that is contradictory,
 * and nobody knows where it ends.
 */
export type BodyLength = number | 'chunked' | 'until the connection ends' | 'unclear';

/** The bytes received are not a valid answer of HTTP/1. */
export class MalformedAnswer extends Error {
  readonly code = 'MALFORMED_ANSWER';
}

/**
 * For a server that does not say how long it keeps an idle connection. Node's own keeps it for 5 s.
 */
const USUAL_KEEP_MS = 4_000;

/**
 * A server's timeout starts when it has sent its answer, and the next request must arrive within
 * it.
 */
const KEEP_MARGIN_MS = 1_000;

const LONGEST_KEEP_MS = 10 * MINUTE_MS;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?:[ \r]|$)/;

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110, 5.5, forbids these in a value. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const UNFIT_IN_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const EVERY_UNFIT = new RegExp(UNFIT_IN_VALUE, 'g');

/**
 * Parses a head (RFC 9112, 4 to 6), one character per byte (latin1), with or without its empty
 * line.
 *
 * Only the status line must be valid: whoever sent it has decided about the request, and a stray
 * line among the headers must not turn a 200 into a request that is sent again. So other faults are
 * reported, the lines that have them are repaired or left out, and the connection is not used
 * again. It is not used again either, without a report, after what RFC 9112 lets a recipient accept
 * (a bare LF, a folded line) but strict readers would take for another answer.
 *
 * @throws {MalformedAnswer} for the status line.
 */
export function readAnswerHead(text: string): AnswerHead {
  const lines = text.split('\n');
  const statusLine = withoutCr(lines[0] as string);
  const [, minor, code] = STATUS_LINE.exec(statusLine) ?? [];
  if (code === undefined) throw new MalformedAnswer(`invalid status line: ${shown(text)}`);
  const statusCode = Number(code);
  const headers: string[] = [];
  let fault = UNFIT_IN_VALUE.test(statusLine) ? 'control character in the status line' : undefined;
  // The last line ends where the text does.
  let certain = lines.length < 2 || endsWithCr(lines[0] as string);
  const lengths: string[] = [];
  let codings: string | undefined;
  let connection = '';
  let keepAlive = '';
  for (let at = 1; at < lines.length; at++) {
    let line = lines[at] as string;
    if (at < lines.length - 1 && !endsWithCr(line)) certain = false;
    line = withoutCr(line);
    if (line === '') continue;
    const folded = isBlank(line[0]);
    while (isContinued(lines[at + 1])) {
      line += ` ${withoutBlanks(withoutCr(lines[++at] as string))}`;
      certain = false;
    }
    const colon = line.indexOf(':');
    let name = line.slice(0, Math.max(colon, 0));
    if (folded || !TOKEN.test(name)) {
      fault ??= `invalid header: ${shown(line)}`;
      name = withoutBlanks(name);
      if (folded || !TOKEN.test(name)) continue;
    }
    let value = withoutBlanks(line.slice(colon + 1));
    if (UNFIT_IN_VALUE.test(value)) {
      fault ??= `control character in ${name}`;
      value = value.replace(EVERY_UNFIT, '\uFFFD');
    } else value = headerText(value);
    headers.push(name, value);
    // Only names of these lengths matter here.
    switch (name.length) {
      case 10: {
        const lower = name.toLowerCase();
        if (lower === 'connection') connection += `,${value}`;
        else if (lower === 'keep-alive') keepAlive += `,${value}`;
        break;
      }
      case 14:
        if (name.toLowerCase() === 'content-length') {
          lengths.push(value);
          // Blanks may surround it (RFC 9110, 5.5), but strict readers refuse a tab.
          if (line.includes('\t')) certain = false;
        }
        break;
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') {
          codings = codings === undefined ? value : `${codings},${value}`;
        }
        break;
    }
  }
  const length = lengths.length === 0 ? undefined : lengthOf(lengths);
  if (length === 'unclear') {
    const all = lengths.map(shown).join(' and ');
    fault ??= `${lengths.length > 1 ? 'conflicting' : 'invalid'} Content-Length: ${all}`;
  } else if (length !== undefined && codings !== undefined) {
    fault ??= 'both Content-Length and Transfer-Encoding';
  } else if (lengths.length > 1 || lengths[0]?.includes(',') === true) {
    fault ??= 'Content-Length more than once';
  }
  const bodiless = statusCode < 200 || statusCode === 204 || statusCode === 304;
  if (codings !== undefined) {
    // HTTP/1.0 has no transfer codings: one may have been forwarded unread (RFC 9112, 6.1).
    if (minor === '0') certain = false;
    // Chunks within chunks, an end that only the connection marks, or empty elements.
    if (!/^(?:(?!chunked)[^,]+,)*[ \t]*chunked[ \t]*$/i.test(codings)) certain = false;
  }
  if (bodiless && (codings !== undefined || (length !== undefined && length !== 0))) {
    // A 304 names the length that its 200 would have. After the others a body may follow all the
    // same.
    certain = false;
    if (statusCode !== 304) fault ??= `${statusCode} that names a body`;
  }
  return {
    statusCode,
    headers,
    // No body follows these, whatever their headers say (RFC 9112, 6.3).
    body: bodiless ? 0 : bodyLength(length, codings),
    keepMs: certain && fault === undefined ? keepMs(minor === '0', connection, keepAlive) : 0,
    certain,
    fault,
  };
}

/** The one number that all name. */
function lengthOf(values: readonly string[]): number | 'unclear' {
  const all = values.flatMap((value) => value.split(',')).map(withoutBlanks);
  const [first] = all as [string];
  if (!/^\d{1,15}$/.test(first) || all.some((one) => one !== first)) return 'unclear';
  return Number(first);
}

function bodyLength(
  length: number | 'unclear' | undefined,
  codings: string | undefined,
): BodyLength {
  // Beside a length, the coding wins (RFC 9112, 6.3). Empty elements of a list do not count.
  if (codings !== undefined) {
    return /(?:^|,)[ \t]*chunked[ \t,]*$/i.test(codings) ? 'chunked' : 'until the connection ends';
  }
  return length ?? 'until the connection ends';
}

// An endpoint says the same in each answer, and most say the same as others.
const lastKeep = { old: false, connection: '', keepAlive: '', ms: USUAL_KEEP_MS };

function keepMs(old: boolean, connection: string, keepAlive: string): number {
  const last = lastKeep;
  if (last.old !== old || last.connection !== connection || last.keepAlive !== keepAlive) {
    Object.assign(last, { old, connection, keepAlive, ms: readKeepMs(old, connection, keepAlive) });
  }
  return last.ms;
}

function readKeepMs(old: boolean, connection: string, keepAlive: string): number {
  const options = connection.toLowerCase().split(',').map(withoutBlanks);
  if (options.includes('close') || (old && !options.includes('keep-alive'))) return 0;
  const timeouts = [...keepAlive.matchAll(/[,\s]timeout=(\d+)/gi)].map(([, seconds]) =>
    Number(seconds),
  );
  if (timeouts.length === 0) return USUAL_KEEP_MS;
  const seconds = Math.min(...timeouts);
  return Math.min(Math.max(seconds * 1_000 - KEEP_MARGIN_MS, 0), LONGEST_KEEP_MS);
}

function endsWithCr(line: string): boolean {
  return line.endsWith('\r');
}

function withoutCr(line: string): string {
  return endsWithCr(line) ? line.slice(0, -1) : line;
}

/**
 * Trims space and tab, the two blanks of HTTP (RFC 9110, 5.6.3). `trim` removes more, among them
 * the last byte of an "à" in UTF-8; `/[ \t]+$/` takes 400 ms for 20 KiB of blanks with a letter
 * after them.
 */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function isContinued(next: string | undefined): boolean {
  return isBlank(next?.[0]);
}

/** An excerpt for an error message. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
