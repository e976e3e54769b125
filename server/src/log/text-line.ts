import { escapeControlCharacters } from './escape-control-characters.ts';

/** A line of the JSON log, parsed. */
export type LogRecord = Readonly<Record<string, unknown>>;

/** An error in the form that the log's serializer gives it. */
interface LoggedError {
  readonly type?: unknown;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
}

/** Pino's numbers: the word of each level, and its colour as the parameters of an SGR sequence. */
const LEVELS: Readonly<Record<number, readonly [word: string, colour: string]>> = {
  10: ['TRACE', '90'],
  20: ['DEBUG', '36'],
  30: ['INFO', '32'],
  40: ['WARN', '33'],
  50: ['ERROR', '31'],
  60: ['FATAL', '41;97'],
};
const FAINT = '2';

/** A value that reads as one word goes without quotation marks. */
const WORD = /^[^\s"'=\\{}[\],]+$/;

/**
 * Turns a line of the JSON log into one for people, in the machine's time zone:
 *
 *     12:34:56.789 WARN  the circuit breaker opened webhook_id=01KB8YQ6T5B3S8D1F4G7H9J2KM
 *
 * An error takes the lines below it, indented, and its causes after it. Every text is escaped, so no
 * value can begin a line of its own or change the terminal. Ends with a line feed.
 */
export function textLine(record: LogRecord, colours: boolean): string {
  const { level, time, pid: _pid, hostname: _hostname, msg, err, ...fields } = record;
  const paint = (code: string, text: string) =>
    colours ? `\u001b[${code}m${text}\u001b[0m` : text;

  const [word, colour] = LEVELS[Number(level)] ?? [String(level), FAINT];
  const parts = [paint(FAINT, clockTime(Number(time))), paint(colour, word.padEnd(5))];
  if (typeof msg === 'string') parts.push(escapeControlCharacters(msg));
  for (const [key, value] of Object.entries(fields)) {
    parts.push(`${paint(FAINT, `${escapeControlCharacters(key)}=`)}${fieldValue(value)}`);
  }
  const lines = [parts.join(' ')];
  if (isError(err)) lines.push(...errorLines(err, (text) => paint(FAINT, text)));
  else if (err !== undefined) lines.push(`  ${fieldValue(err)}`);
  return `${lines.join('\n')}\n`;
}

/** `HH:MM:SS.mmm`: the day is not in doubt on a terminal. */
function clockTime(timeMs: number): string {
  const time = new Date(timeMs);
  const pad = (value: number, length: number) => String(value).padStart(length, '0');
  return (
    `${pad(time.getHours(), 2)}:${pad(time.getMinutes(), 2)}:${pad(time.getSeconds(), 2)}` +
    `.${pad(time.getMilliseconds(), 3)}`
  );
}

function fieldValue(value: unknown): string {
  if (typeof value === 'string' && WORD.test(value)) return escapeControlCharacters(value);
  return escapeControlCharacters(JSON.stringify(value));
}

function isError(value: unknown): value is LoggedError {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as LoggedError).message === 'string'
  );
}

function errorLines(error: LoggedError, faint: (text: string) => string, prefix = ''): string[] {
  const { type = 'Error', message, code, stack, cause } = error;
  const name = typeof code === 'string' ? `${type} (${code})` : String(type);
  const lines = [`  ${prefix}${escapeControlCharacters(`${name}: ${message}`)}`];
  for (const frame of framesOf(error, typeof stack === 'string' ? stack : '')) {
    lines.push(faint(`    ${escapeControlCharacters(frame)}`));
  }
  if (isError(cause)) lines.push(...errorLines(cause, faint, 'caused by '));
  return lines;
}

/** The stack without its head, which repeats the message and may have lines that look like frames. */
function framesOf({ message }: LoggedError, stack: string): string[] {
  const [head = ''] = stack.split(message, 1);
  const frames = head.includes('\n') ? stack : stack.slice(head.length + message.length);
  return frames
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '));
}
