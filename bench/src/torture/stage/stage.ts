import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Books, Sender } from '../books.ts';
import type { Options } from '../options.ts';
import { openTrail, type Trail } from '../trail.ts';
import { startDatabaseGate } from './database-gate.ts';
import { freePort } from './free-port.ts';
import { type Audience, makeWebhooks } from './make-webhooks.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { TortureNode } from './torture-node.ts';

/** All that the run is made of. */
export interface Stage {
  readonly audience: Audience;
  readonly nodes: readonly TortureNode[];
  readonly postgres: Postgres;
  readonly receiver: Receiver;
  readonly trail: Trail;
}

/** What can be ended at any moment, also while it is being set up. */
export interface StageHand {
  setUp(): Promise<Stage>;
  /** Ends every process and removes every file; all calls share one promise. */
  clear(): Promise<void>;
}

export function createStage(books: Books, options: Options): StageHand {
  const undo: (() => Promise<unknown> | unknown)[] = [];
  let clearing: Promise<void> | undefined;

  async function clearAll(): Promise<void> {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
      // One that fails must not keep the rest from it.
      await Promise.resolve(step()).catch((error: unknown) => {
        process.stderr.write(`torture: ${String(error)}\n`);
      });
    }
  }

  return {
    async setUp() {
      const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-torture-'));
      undo.push(() => rm(dataDir, { recursive: true, force: true }));
      const postgres = await startPostgres(dataDir);
      undo.push(() => postgres.stop());

      const nodes: TortureNode[] = [];
      // The last resort when this process ends in a way that clears nothing.
      const killAll = () => {
        for (const { pid } of nodes) if (pid !== undefined) process.kill(pid, 'SIGKILL');
      };
      process.once('exit', killAll);
      undo.push(() => process.removeListener('exit', killAll));
      while (nodes.length < options.nodes) {
        const gate = await startDatabaseGate(postgres.url);
        undo.push(() => gate.close());
        const node = new TortureNode({
          books,
          gate,
          number: nodes.length + 1,
          port: await freePort(),
          program: options.program,
        });
        nodes.push(node);
        undo.push(() => node.kill());
        await node.start();
      }
      const trail = await openTrail(postgres);

      const senders = (): Sender[] =>
        nodes.flatMap(({ number, pid }) => (pid === undefined ? [] : [{ node: number, pid }]));
      const receiver = await startReceiver(books, options.webhooks, senders);
      undo.push(() => receiver.close());
      const audience = await makeWebhooks(nodes, receiver.endpoints);
      return { audience, nodes, postgres, receiver, trail };
    },
    clear() {
      clearing ??= clearAll();
      return clearing;
    },
  };
}
