import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TOKEN } from './test-node.ts';

/** A node in a process of its own, as it is run for real. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Standard output and error so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves to the exit status, or to the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
}

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/**
 * Starts the built server on a free port; `env` is added to settings that suit tests. `wrapper` is a
 * command that ends by becoming the one that follows it.
 */
export function spawnServer(
  env: Record<string, string>,
  wrapper: readonly string[] = [],
): Omit<ServerProcess, 'url'> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HOOKTRAIL_'));
  const [program = '', ...args] = [...wrapper, process.execPath, MAIN];
  const child: ChildProcess = spawn(program, args, {
    env: {
      ...Object.fromEntries(inherited),
      HOOKTRAIL_PORT: '0',
      HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
      HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
      HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    pid: child.pid as number,
    output: () => output,
    kill: (signal) => {
      child.kill(signal);
    },
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  };
}

/** Starts the built server and waits until it listens. */
export async function startServer(
  env: Record<string, string>,
  wrapper: readonly string[] = [],
): Promise<ServerProcess> {
  const server = spawnServer(env, wrapper);
  let over = false;
  void server.ended.then(() => {
    over = true;
  });
  for (;;) {
    const url = /"url":"([^"]+)","msg":"hooktrail is up"/.exec(server.output())?.[1];
    if (url !== undefined) return { ...server, url };
    if (over) throw new Error(`the server did not start:\n${server.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
