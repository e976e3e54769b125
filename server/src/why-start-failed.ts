import type { Config } from './config/config.ts';
import { explainDatabaseError } from './database/explain-database-error.ts';
import { CannotStart } from './model/cannot-start.ts';

type Where = Pick<Config, 'host' | 'port' | 'databaseUrl' | 'dataDir'>;

/** A start's error as the system reports it. */
interface SystemError {
  readonly code: string;
  readonly message: string;
  readonly syscall: string | undefined;
  readonly path: string | undefined;
  readonly hostname: string | undefined;
}

/**
 * Turns what ended a start into `CannotStart`, if an operator can mend it. Everything that a start
 * throws comes through here: refusals of our own stay as they are, then come errors of the address
 * to listen on, of the database, and of files. What is left is a defect, and stays as it is.
 */
export function whyStartFailed(error: unknown, config: Where): unknown {
  for (const one of chainOf(error)) {
    const line =
      explainListening(one, config) ?? explainDatabase(one, config) ?? explainFile(one, config);
    // Messages of others may have several lines.
    if (line !== undefined) return new CannotStart(line.replaceAll(/\s+/g, ' '), { cause: error });
  }
  return error;
}

/** An error and its causes, from the innermost, which knows the most. */
function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let one = error; one instanceof Error; one = one.cause) chain.unshift(one);
  return chain;
}

function explainListening(error: unknown, { host, port }: Where): string | undefined {
  const { code, message, syscall, hostname } = error as SystemError;
  if (syscall === 'getaddrinfo' && hostname === host) {
    return `The host name ${host} in HOOKTRAIL_HOST has no address (${code}): correct it.`;
  }
  if (syscall !== 'listen' && syscall !== 'bind') return undefined;
  if (code === 'EADDRINUSE') {
    return `The port ${port} of ${host} is in use; choose another with HOOKTRAIL_PORT.`;
  }
  if (code === 'EADDRNOTAVAIL') {
    return `This machine has no address ${host}; set HOOKTRAIL_HOST to one that it has, or to 0.0.0.0.`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `This user may not listen on port ${port} of ${host}; choose one above 1023 with HOOKTRAIL_PORT.`;
  }
  return `Hooktrail cannot listen on port ${port} of ${host} (${message}); see HOOKTRAIL_HOST and HOOKTRAIL_PORT.`;
}

function explainDatabase(error: unknown, { databaseUrl, dataDir }: Where): string | undefined {
  if (databaseUrl !== undefined) return explainDatabaseError(error, databaseUrl);
  if (explainDatabaseError(error, 'postgresql://') === undefined) return undefined;
  const { message } = error as Error;
  return `The embedded PostgreSQL in ${dataDir} failed (${message}): see postgres.log there.`;
}

function explainFile(error: unknown, { dataDir }: Where): string | undefined {
  const { code, message, path } = error as SystemError;
  const file = path ?? `the data folder ${dataDir}`; // writing to an open file reports no path
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `There is no room left for ${file} (${message}): make room on that disk.`;
    case 'EROFS':
      return `The disk of ${file} is read-only (${message}): set HOOKTRAIL_DATA_DIR to a folder on another.`;
    case 'EMFILE':
    case 'ENFILE':
      return `The process may not open more files (${message}): raise its limit (ulimit -n).`;
    case 'EACCES':
    case 'EPERM':
    case 'EIO':
      return `Hooktrail cannot use ${file} (${message}): let this user read and write it.`;
    case 'ENOENT':
      return path === undefined ? undefined : `The file ${path} is missing (${message}).`;
    default:
      return undefined;
  }
}
