import { fileURLToPath } from 'node:url';
import { startNode } from '@hooktrail/harness/node-process';
import { TOKEN } from '../wire/token.ts';

/** A process that runs the server, as it runs in production. */
export interface Server {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves to the warnings that it logged. */
  stop(): Promise<readonly string[]>;
}

const MAIN = fileURLToPath(import.meta.resolve('@hooktrail/server/main'));
const KEPT_LINES = 20;

/** Starts a server on a free port; settings that `env` omits keep their defaults. */
export async function startServer(
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Server> {
  const warnings: string[] = [];
  const node = await startNode({
    program: MAIN,
    flags,
    env: { HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN, ...env },
    // Ctrl-C goes to this process, which stops the server when nothing uses it any longer.
    ownGroup: true,
    keptLines: KEPT_LINES,
    onProblem: ({ line }) => warnings.push(line),
  });
  let stopping = false;
  void node.ended.then(() => {
    if (!stopping) process.stderr.write(`the server ended by itself:\n${node.output()}\n`);
  });
  return {
    url: node.url,
    port: Number(new URL(node.url).port),
    pid: node.pid,
    async stop() {
      stopping = true;
      node.kill('SIGTERM');
      await node.ended;
      return warnings;
    },
  };
}
