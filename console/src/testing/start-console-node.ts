import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@hooktrail/harness/free-port';
import { idleLoop } from '@hooktrail/harness/idle-loop';
import { type RunningNode, startNode } from '@hooktrail/harness/node-process';
import type { UndoStack } from '@hooktrail/harness/undo-stack';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { inject } from 'vitest';

/** A node that serves the console, and how to speak to it. */
export interface ConsoleNode {
  readonly url: string;
  /** Of role operator. */
  readonly token: string;
  readonly hooktrail: Hooktrail;
  stop(): Promise<void>;
  /** On the same port. */
  startAgain(): Promise<void>;
}

const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const TOKEN = 'console_test_token_of_the_admin_0001';

/**
 * Starts a node, which may dial loopback, with its own PostgreSQL unless `databaseUrl` names a database.
 *
 * @param env More of its settings.
 */
export async function startConsoleNode(
  undo: UndoStack,
  databaseUrl?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ConsoleNode> {
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-console-'));
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const port = await freePort();
  let node: RunningNode | undefined;
  const start = async () => {
    node = await startNode({
      program: inject('serverProgram'),
      env: {
        ...idleLoop(),
        HOOKTRAIL_HOST: '127.0.0.1',
        HOOKTRAIL_PORT: String(port),
        ...(databaseUrl === undefined
          ? { HOOKTRAIL_DATA_DIR: folder }
          : { HOOKTRAIL_DATABASE_URL: databaseUrl, HOOKTRAIL_SECRET_KEY: SECRET_KEY }),
        HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
        HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
        ...env,
      },
    });
  };
  const stop = async () => {
    node?.kill('SIGTERM');
    await node?.ended;
  };
  undo.push(stop);
  await start();
  const url = `http://127.0.0.1:${port}`;
  const hooktrail = new Hooktrail({ baseUrl: url, auth: { accessToken: TOKEN } });
  return { url, token: TOKEN, hooktrail, stop, startAgain: start };
}
