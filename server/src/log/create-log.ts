import { isatty } from 'node:tty';
import pino, { type Logger } from 'pino';
import type { LogLevel } from '../config/log-level.ts';
import { textLine } from './text-line.ts';

const STDOUT = 1;

/**
 * The log of a node, on standard output: one JSON object per line, or lines for people. Every line is
 * written before the call returns, so the last ones before an exit are not lost.
 *
 * Of an error it shows type, message, code, stack and cause, and no other property: the driver's
 * errors carry their connection, with every statement and parameter that it holds.
 */
export function createLog(level: LogLevel, format: 'text' | 'json' = 'json'): Logger {
  const options = { level, serializers: { err: describeError } };
  const output = pino.destination({ dest: STDOUT, sync: true });
  // A terminal that was closed (EIO) or a full disk must not end the node.
  output.on('error', () => undefined);
  if (format === 'json') return pino(options, output);
  // Asked of a terminal only: it respects NO_COLOR and TERM=dumb, and Node's stream, once touched,
  // would make a pipe non-blocking.
  const colours = isatty(STDOUT) && process.stdout.hasColors();
  return pino(options, {
    write: (line: string) => {
      output.write(textLine(JSON.parse(line), colours));
    },
  });
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
