import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TOKEN } from './token.ts';

/** A process that runs the server, as it is run for real. */
export interface Server {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves to what it warned of. */
  stop(): Promise<readonly string[]>;
}

const MAIN = fileURLToPath(import.meta.resolve('@hooktrail/server/main'));

/** Starts a server on a free port, with every setting at its default but those in `env`. */
export async function startServer(
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Server> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HOOKTRAIL_'));
  const child = spawn(process.execPath, [...flags, MAIN], {
    env: {
      ...Object.fromEntries(inherited),
      HOOKTRAIL_PORT: '0',
      HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
      HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C goes to this process, which stops the server when nothing uses it any more.
    detached: true,
  });
  const ended = once(child, 'close');
  let over = false;
  void ended.then(() => {
    over = true;
  });

  let url: string | undefined;
  let rest = '';
  const warnings: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      url ??= /"url":"([^"]+)","msg":"hooktrail is up"/.exec(line)?.[1];
      if (/^\{"level":[456]0/.test(line)) warnings.push(line);
    }
  });

  while (url === undefined) {
    if (over) throw new Error(`the server did not start\n${warnings.join('\n')}`);
    await sleep(10);
  }
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid as number,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      return warnings;
    },
  };
}
