import { fileURLToPath } from 'node:url';
import {
  type NodeOptions,
  NodeProcess,
  type RunningNode,
  startNode,
} from '@hooktrail/harness/node-process';
import { TOKEN } from './test-node.ts';

/** A node in a process of its own. */
export type ServerProcess = RunningNode;

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Starts the built server with settings for tests, to which `env` is added. */
export function spawnServer(
  env: Record<string, string>,
  wrapper: readonly string[] = [],
): NodeProcess {
  return new NodeProcess(optionsOf(env, wrapper));
}

/** Starts the built server and waits until it listens. */
export async function startServer(
  env: Record<string, string>,
  wrapper: readonly string[] = [],
): Promise<ServerProcess> {
  return await startNode(optionsOf(env, wrapper));
}

function optionsOf(env: Record<string, string>, wrapper: readonly string[]): NodeOptions {
  return {
    program: MAIN,
    env: {
      HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
      HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ...env,
    },
    wrapper,
  };
}
