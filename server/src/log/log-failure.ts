import type { Logger } from 'pino';
import { Unavailable } from '../model/unavailable.ts';

/**
 * Logs work that failed and is tried again later. That the database is unavailable is a warning,
 * since its return ends it; everything else is an error.
 */
export function logFailure(log: Logger, error: unknown, message: string): void {
  if (error instanceof Unavailable) log.warn({ err: error }, message);
  else log.error({ err: error }, message);
}
