/** The status line and headers of an answer, and what they imply for the body and connection. */
export interface AnswerHead {
  readonly statusCode: number;
  /** [name, value, name, value, ...] as received. */
  readonly headers: readonly string[];
  readonly body: BodyLength;
  /** How long the connection may be kept for another request, in milliseconds; 0: not at all. */
  readonly keepMs: number;
}

/** How many bytes of body follow, or how their end is marked. */
export type BodyLength = number | 'chunked' | 'until the connection ends';

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

const LONGEST_KEEP_MS = 10 * 60_000;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/;

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110, 5.5, forbids these in a value and asks recipients to refuse them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const UNFIT_IN_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/**
 * Parses a head (RFC 9112, 4 to 6), one character per byte (latin1), with or without its empty
 * line. Bare LF and obsolete line folding are accepted; any other error is refused.
 *
 * @throws {MalformedAnswer} with the reason.
 */
export function readAnswerHead(text: string): AnswerHead {
  const lines = text.split('\n');
  const [, minor, code] = STATUS_LINE.exec(withoutCr(lines[0] as string)) ?? [];
  if (code === undefined) throw new MalformedAnswer(`invalid status line: ${shown(text)}`);
  const statusCode = Number(code);
  const headers: string[] = [];
  let length: string | undefined;
  let codings: string | undefined;
  let connection = '';
  let keepAlive = '';
  for (let at = 1; at < lines.length; at++) {
    let line = withoutCr(lines[at] as string);
    if (line === '') continue;
    while (isContinued(lines[at + 1]))
      line += ` ${withoutBlanks(withoutCr(lines[++at] as string))}`;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    if (!TOKEN.test(name)) throw new MalformedAnswer(`invalid header: ${shown(line)}`);
    const value = withoutBlanks(line.slice(colon + 1));
    if (UNFIT_IN_VALUE.test(value)) throw new MalformedAnswer(`control character in ${name}`);
    headers.push(name, value);
    // Only names of these lengths matter here.
    switch (name.length) {
      case 10: {
        const lower = name.toLowerCase();
        if (lower === 'connection') connection += `,${value}`;
        else if (lower === 'keep-alive') keepAlive = value;
        break;
      }
      case 14:
        if (name.toLowerCase() === 'content-length') {
          if (length !== undefined && length !== value) {
            throw new MalformedAnswer(
              `conflicting Content-Length: ${shown(length)} and ${shown(value)}`,
            );
          }
          length = value;
        }
        break;
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') {
          codings = codings === undefined ? value : `${codings},${value}`;
        }
        break;
    }
  }
  return {
    statusCode,
    headers,
    body: bodyLength(statusCode, length, codings),
    // HTTP/1.0 has no transfer codings: one may have been forwarded unread (RFC 9112, 6.1).
    keepMs:
      minor === '0' && codings !== undefined
        ? 0
        : keepMs(minor === '0', connection.toLowerCase(), keepAlive),
  };
}

function bodyLength(
  statusCode: number,
  length: string | undefined,
  codings: string | undefined,
): BodyLength {
  // No body follows these, whatever their headers say (RFC 9112, 6.3): some name a coding anyway.
  if (statusCode < 200 || statusCode === 204 || statusCode === 304) return 0;
  if (codings !== undefined) {
    // Two different ends, one of them wrong (RFC 9112, 6.3).
    if (length !== undefined)
      throw new MalformedAnswer('both Content-Length and Transfer-Encoding');
    // Empty elements of a list do not count (RFC 9110, 5.6.1).
    return /(?:^|,)[ \t]*chunked[ \t,]*$/i.test(codings) ? 'chunked' : 'until the connection ends';
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    throw new MalformedAnswer(`invalid Content-Length: ${shown(length)}`);
  }
  return length === undefined ? 'until the connection ends' : Number(length);
}

function keepMs(old: boolean, connection: string, keepAlive: string): number {
  const options = connection === '' ? [] : connection.split(',').map(withoutBlanks);
  if (options.includes('close') || (old && !options.includes('keep-alive'))) return 0;
  const seconds = /(?:^|[,\s])timeout=(\d+)/i.exec(keepAlive)?.[1];
  if (seconds === undefined) return USUAL_KEEP_MS;
  return Math.min(Math.max(Number(seconds) * 1_000 - KEEP_MARGIN_MS, 0), LONGEST_KEEP_MS);
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
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
