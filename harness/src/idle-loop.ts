import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('../preload/idle-loop.mjs', import.meta.url));

/** The environment in which a Node process takes its event loop for idle: its searches do not rest. */
export function idleLoop(): Record<string, string> {
  return { NODE_OPTIONS: `--import=${PRELOAD}` };
}
