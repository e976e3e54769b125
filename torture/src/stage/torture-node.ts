import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseGate } from '@hooktrail/harness/database-gate';
import { describeEnd, NodeProcess } from '@hooktrail/harness/node-process';
import { type Books, count, type Process } from '../books/books.ts';
import { TOKEN } from './token.ts';

interface Parts {
  readonly books: Books;
  readonly gate: DatabaseGate;
  readonly number: number;
  readonly port: number;
  /** How many it has behind its port. */
  readonly processes: number;
  /** What Node runs: the server's `main.js`. */
  readonly program: string;
}

const KEPT_LINES = 20;
/** Enough for two minutes of trouble; a run of hours shows what came last. */
const KEPT_PROBLEMS = 20_000;
/** The pause before the next start when the database is away, as a service manager would wait. */
const AGAIN_MS = 500;
/** A node starts in a second; the rest is for a busy machine and a database that recovers. */
const START_MS = 3 * 60_000;
/**
 * A stopping node waits up to 15 s for requests in flight, and may wait as long for its database.
 */
const STOP_MS = 60_000;
/** Pino's number of the level. */
const ERROR = 50;

/**
 * A node that restarts on the same port whenever it ends:
 *
 * `down` -> `starting` -> `up` -> `down`
 *
 * A process that ends while it is `starting` is started again, since its database may be away. One
 * that ends by itself while it is `up` goes into the books as trouble.
 */
export class TortureNode {
  readonly number: number;
  readonly url: string;
  readonly gate: DatabaseGate;
  /** How often it logged each error. */
  readonly errors = new Map<string, number>();
  readonly #parts: Parts;
  #process: NodeProcess | undefined;
  /** Whether the run is ending it on purpose. */
  #ending = false;
  #paused = false;
  #retired = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.number = parts.number;
    this.gate = parts.gate;
    this.url = `http://127.0.0.1:${parts.port}`;
  }

  /** The process id; undefined while no process runs. */
  get pid(): number | undefined {
    return this.#process?.end === undefined ? this.#process?.pid : undefined;
  }

  /** Whether it is likely to answer. */
  get answers(): boolean {
    return this.#process?.url !== undefined && this.pid !== undefined && !this.#paused;
  }

  /** Resolves when it listens; does nothing after `retire`. */
  async start(): Promise<void> {
    if (this.#retired) return;
    this.#ending = false;
    for (const endMs = Date.now() + START_MS; ; await sleep(AGAIN_MS)) {
      const started = this.#launch();
      if (await started.up) return;
      if (Date.now() > endMs || this.#ending) {
        const end = describeEnd(await started.ended);
        throw new Error(`node ${this.number} does not start (${end}):\n${started.output()}`);
      }
    }
  }

  /** Kills it with SIGKILL. */
  async kill(): Promise<void> {
    this.#ending = true;
    this.#process?.kill('SIGKILL');
    await this.#process?.ended;
    this.#paused = false;
  }

  /** Kills it for good. */
  async retire(): Promise<void> {
    this.#retired = true;
    await this.kill();
  }

  /** Asks it to end. If it does not end, or not with status 0, that goes into the books as trouble. */
  async terminate(): Promise<void> {
    const ending = this.#process;
    if (ending === undefined) return;
    this.#ending = true;
    ending.kill('SIGTERM');
    const end = await ending.endsWithin(STOP_MS);
    if (end === 0) return;
    this.#parts.books.troubles.push(
      end === undefined
        ? `node ${this.number} did not end within ${STOP_MS / 1_000} s of SIGTERM`
        : `node ${this.number} ended with ${describeEnd(end)} after SIGTERM: ${ending.output()}`,
    );
    await this.kill();
  }

  pause(): void {
    this.#paused = true;
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
    this.#paused = false;
  }

  #launch(): NodeProcess {
    const { books, gate, number, port, processes, program } = this.#parts;
    const started = new NodeProcess({
      program,
      // Ctrl-C goes to the run alone, which ends the nodes.
      ownGroup: true,
      keptLines: KEPT_LINES,
      env: {
        HOOKTRAIL_PORT: String(port),
        HOOKTRAIL_PROCESSES: String(processes),
        HOOKTRAIL_DATABASE_URL: gate.url,
        HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
        HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      },
      onProblem: ({ level, message }) => {
        if (level >= ERROR) count(this.errors, message);
        if (books.problems.length >= KEPT_PROBLEMS) books.problems.shift();
        books.problems.push({ node: number, pid: started.pid, atMs: Date.now(), message });
      },
    });
    this.#process = started;
    const life: Process = {
      node: number,
      pid: started.pid,
      startedMs: Date.now(),
      upMs: undefined,
      endedMs: undefined,
      end: undefined,
    };
    books.processes.push(life);
    void started.up.then((up) => {
      if (up) life.upMs = Date.now();
    });
    void started.ended.then((end) => {
      life.endedMs = Date.now();
      life.end = describeEnd(end);
      if (started.url === undefined || this.#ending) return;
      books.troubles.push(
        `node ${number} ended by itself (${describeEnd(end)}): ${started.output()}`,
      );
      // The run continues; the trouble breaks a promise.
      this.start().catch((error: Error) => books.troubles.push(error.message));
    });
    return started;
  }
}
