import { fileURLToPath } from 'node:url';
import {
  type NodeOptions,
  NodeProcess,
  type RunningNode,
  startNode,
} from '@hooktrail/harness/node-process';
import { inject } from 'vitest';
import { TOKEN } from './test-node.ts';

/** A node in a process of its own. */
export type ServerProcess = RunningNode;

/** What the compiler wrote, for tests of how it is loaded. */
export const UNBUNDLED = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Starts the built server with settings for tests, to which `env` is added. */
export function spawnServer(
  env: Record<string, string>,
  wrapper: readonly string[] = [],
  program = inject('serverProgram'),
): NodeProcess {
  return new NodeProcess(optionsOf(env, wrapper, program));
}

/** Starts the built server and waits until it listens. */
export async function startServer(
  env: Record<string, string>,
  wrapper: readonly string[] = [],
): Promise<ServerProcess> {
  return await startNode(optionsOf(env, wrapper, inject('serverProgram')));
}

function optionsOf(
  env: Record<string, string>,
  wrapper: readonly string[],
  program: string,
): NodeOptions {
  return {
    program,
    env: {
      HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
      HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ...env,
    },
    wrapper,
  };
}
