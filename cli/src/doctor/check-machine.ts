import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { access, constants, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { Check, Finding } from './finding.ts';
import { isHealth } from './is-health.ts';

const GIB = 1024 ** 3;

/** A day of a busy node, and what PostgreSQL needs to go on at all. */
const ENOUGH_DISK = 10 * GIB;
const LITTLE_DISK = GIB;

/** Half of them are for connections of callers: with fewer, 500 callers and 64 endpoints fill it. */
const ENOUGH_FILES = 4_096;

const DNS_MS = 3_000;

/** This machine: what a node with these settings would get from it. */
export const checkMachine: Check = async function* ({ terminal }) {
  yield { check: 'node', state: 'ok', message: `Node ${process.version}` };
  const { openFilesLimit } = await import('@hooktrail/server/open-files-limit');
  const files = openFilesLimit();
  yield files >= ENOUGH_FILES
    ? { check: 'open files', state: 'ok', message: `${files} may be open` }
    : {
        check: 'open files',
        state: 'warning',
        message: `only ${files} files and sockets may be open`,
        next: `Raise the limit: ulimit -n ${ENOUGH_FILES}, or LimitNOFILE= in a unit of systemd`,
      };
  yield await ofNames();

  const { readConfig } = await import('@hooktrail/server/read-config');
  try {
    const { host, port, dataDir, databaseUrl } = readConfig(terminal.environment);
    yield await ofPort(host, port);
    if (databaseUrl === undefined) yield* ofDataFolder(dataDir);
  } catch {
    // The check of the settings has said what is wrong with them.
  }
};

async function ofNames(): Promise<Finding> {
  const resolver = new Resolver({ timeout: DNS_MS, tries: 1 });
  const servers = resolver.getServers().join(', ');
  try {
    // A name that does not exist is answered all the same.
    await resolver.resolve4('hooktrail-doctor.invalid');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTFOUND' && code !== 'ENODATA') {
      return {
        check: 'names',
        state: 'warning',
        message: `the name servers ${servers} do not answer (${code})`,
        next: 'Endpoints with names cannot be reached: see /etc/resolv.conf, or set HOOKTRAIL_DNS_SERVERS',
      };
    }
  }
  return { check: 'names', state: 'ok', message: `the name servers ${servers} answer` };
}

async function ofPort(host: string, port: number): Promise<Finding> {
  const place = `${host}:${port}`;
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    return { check: 'port', state: 'ok', message: `${place} is free` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && (await isHooktrail(host, port))) {
      return { check: 'port', state: 'ok', message: `a node of Hooktrail listens on ${place}` };
    }
    return {
      check: 'port',
      state: 'problem',
      message: `${place} cannot be listened on: ${(error as Error).message}`,
      next: 'Set HOOKTRAIL_PORT to another one, or end the program that has it',
    };
  } finally {
    server.close();
  }
}

async function isHooktrail(host: string, port: number): Promise<boolean> {
  const name = host.includes(':') ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${name}:${port}/healthz`, {
      signal: AbortSignal.timeout(DNS_MS),
    });
    return answer.ok && isHealth(await answer.text());
  } catch {
    return false;
  }
}

async function* ofDataFolder(dataDir: string): AsyncGenerator<Finding, void, undefined> {
  const folder = await nearestFolder(dataDir);
  const may = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  yield may
    ? { check: 'data folder', state: 'ok', message: `${dataDir} can be written` }
    : {
        check: 'data folder',
        state: 'problem',
        message: `this user may not write ${folder}`,
        next: 'Set HOOKTRAIL_DATA_DIR to a folder of this user, or give it this one',
      };
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const message = `${(free / GIB).toFixed(1)} GiB are free at ${folder}`;
  yield free >= ENOUGH_DISK
    ? { check: 'disk', state: 'ok', message }
    : {
        check: 'disk',
        state: free >= LITTLE_DISK ? 'warning' : 'problem',
        message,
        next: 'Free some, or keep less: HOOKTRAIL_RETENTION_DAYS, HOOKTRAIL_ATTEMPT_RETENTION_DAYS',
      };
}

/** The folder, or what exists of its path. */
async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      await access(folder);
      return folder;
    } catch {
      if (folder === dirname(folder)) return folder;
    }
  }
}
