import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabaseGate } from '@hooktrail/harness/database-gate';
import { freePort } from '@hooktrail/harness/free-port';
import { UndoStack } from '@hooktrail/harness/undo-stack';
import type { Books, Sender } from '../books/books.ts';
import { type Audience, makeWebhooks } from './make-webhooks.ts';
import { type Endpoints, openEndpoints } from './open-endpoints.ts';
import { openRemotes, type Remote } from './open-remotes.ts';
import { openTrail, type Trail } from './open-trail.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { TortureNode } from './torture-node.ts';

/**
 * The parts of the run: nodes on one PostgreSQL, the endpoints of their webhooks, and the trail.
 */
export interface Stage {
  readonly audience: Audience;
  readonly nodes: readonly TortureNode[];
  readonly postgres: Postgres;
  readonly endpoints: Endpoints;
  readonly trail: Trail;
  /** Remote accounts that the nodes archive. */
  readonly remotes: readonly Remote[];
}

/** Sets up a stage and clears it, at any moment, also while it is being set up. */
export interface StageHand {
  setUp(): Promise<Stage>;
  /** Ends every process and removes every file; all calls share one promise. */
  clear(): Promise<void>;
}

/** How large the stage is. */
export interface StageOptions {
  /** How many nodes share the one PostgreSQL. */
  readonly nodes: number;
  /** How many processes each of them has. */
  readonly processes: number;
  /** How many webhooks there are, with an endpoint each. */
  readonly webhooks: number;
  /** How many remote accounts there are. */
  readonly sources: number;
  readonly seed: number;
  /** What Node runs as a node. */
  readonly program: string;
}

/** Returns what sets up a stage and clears it. */
export function createStage(books: Books, options: StageOptions): StageHand {
  const undo = new UndoStack();
  let settingUp: Promise<Stage> | undefined;
  let clearing: Promise<void> | undefined;

  async function setUp(): Promise<Stage> {
    const dataDir = await mkdtemp(join(tmpdir(), 'hooktrail-torture-'));
    undo.push(() => rm(dataDir, { recursive: true, force: true }));
    const postgres = await startPostgres(dataDir);
    undo.push(() => postgres.stop());
    checkWanted();

    const nodes: TortureNode[] = [];
    // The last resort, if this process exits without clearing.
    process.once('exit', () => {
      for (const { pid } of nodes) if (pid !== undefined) process.kill(pid, 'SIGKILL');
    });
    while (nodes.length < options.nodes) {
      const gate = await startDatabaseGate(postgres.url);
      undo.push(() => gate.close());
      const node = new TortureNode({
        books,
        gate,
        number: nodes.length + 1,
        port: await freePort(),
        processes: options.processes,
        program: options.program,
      });
      nodes.push(node);
      undo.push(() => node.retire());
      await node.start();
      checkWanted();
    }
    const trail = openTrail(postgres);

    const senders = (): Sender[] =>
      nodes.flatMap(({ number, pid }) => (pid === undefined ? [] : [{ node: number, pid }]));
    const endpoints = await openEndpoints(books, options.webhooks, senders);
    undo.push(() => endpoints.close());
    const audience = await makeWebhooks(nodes, endpoints);
    const remotes = await openRemotes((nodes[0] as TortureNode).url, options.sources, options.seed);
    undo.push(async () => {
      for (const { double } of remotes) await double.close();
    });
    return { audience, endpoints, nodes, postgres, remotes, trail };
  }

  function checkWanted(): void {
    if (undo.started) throw new Error('stopped during the set-up');
  }

  async function clear(): Promise<void> {
    const errors = await undo.run(settingUp);
    for (const error of errors) process.stderr.write(`torture: ${String(error)}\n`);
  }

  return {
    setUp() {
      settingUp ??= setUp();
      return settingUp;
    },
    clear() {
      clearing ??= clear();
      return clearing;
    },
  };
}
