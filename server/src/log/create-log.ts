import pino, { type Logger } from 'pino';
import type { LogLevel } from '../config/log-level.ts';

/**
 * The log of a node: one JSON object a line, on standard output. Of an error it shows what it is,
 * and nothing that hangs on it: the driver's errors carry their connection, with every statement
 * and parameter that it holds.
 */
export function createLog(level: LogLevel): Logger {
  return pino({ level, serializers: { err: describeError } });
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
