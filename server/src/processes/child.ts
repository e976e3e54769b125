import type { Worker } from 'node:cluster';
import type { MetricsFormat } from '../metrics/render.ts';
import type { Metric } from '../metrics/sample.ts';
import { CannotStart } from '../model/cannot-start.ts';
import { after } from './after.ts';
import type { Siblings, Started, ToProcess, ToSupervisor } from './messages.ts';

interface Parts {
  /** Counts from 1. */
  readonly number: number;
  readonly worker: Worker;
  /** Somebody scraped this process: answers with the metrics of all, or undefined. */
  readonly scraped: (format: MetricsFormat) => Promise<string | undefined>;
}

/**
 * A process behind the port, as the one that supervises it sees it:
 *
 * `starting` -> `up` -> `ended`, or `starting` -> `ended`
 */
export class Child {
  readonly number: number;
  /** No other process of this tree has it. */
  readonly id: string;
  readonly pid: number;
  /** Rejects with `CannotStart` when it ends before it listens; it then says why. */
  readonly started: Promise<Started>;
  /** Resolves with the signal or the exit status. */
  readonly ended: Promise<string>;
  readonly #worker: Worker;
  #state: 'starting' | 'up' | 'ended' = 'starting';
  #collecting: Promise<readonly Metric[] | undefined> | undefined;
  #collected: (metrics: readonly Metric[] | undefined) => void = () => undefined;

  constructor({ number, scraped, worker }: Parts) {
    this.number = number;
    this.id = String(worker.id);
    this.pid = worker.process.pid as number;
    this.#worker = worker;
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
      // It could not be made: there is no exit then. Without a listener, a further error would end this process.
      worker.on('error', (error) => resolve(error.message));
    });
    this.started = new Promise((resolve, reject) => {
      worker.on('message', (message: ToSupervisor) => {
        switch (message.kind) {
          case 'up':
            if (this.#state === 'starting') this.#state = 'up';
            resolve(message.started);
            break;
          case 'failed':
            reject(new CannotStart(message.message));
            break;
          case 'collected':
            this.#collected(message.metrics);
            break;
          case 'scrape': {
            const { format } = message;
            void scraped(format).then((text) => this.#say({ kind: 'scraped', format, text }));
            break;
          }
        }
      });
      void this.ended.then((end) => {
        reject(new CannotStart(`process ${number} ended before it listened (${end})`));
      });
    });
    this.started.catch(() => undefined);
    void this.ended.then(() => {
      this.#state = 'ended';
      this.#collected(undefined);
    });
  }

  get state(): 'starting' | 'up' | 'ended' {
    return this.#state;
  }

  /** Asks it to stop. */
  stop(): void {
    this.#say({ kind: 'stop' });
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  /** Says how many processes listen. */
  tell(siblings: Siblings): void {
    this.#say({ kind: 'siblings', siblings });
  }

  /**
   * Asks for its metrics; undefined when it does not answer within `waitMs`. One that hangs is asked once: its
   * questions would pile up.
   */
  async collect(waitMs: number): Promise<readonly Metric[] | undefined> {
    if (this.#collecting === undefined) {
      this.#collecting = new Promise((resolve) => {
        this.#collected = (metrics) => {
          this.#collecting = undefined;
          resolve(metrics);
        };
      });
      this.#say({ kind: 'collect' });
    }
    const patience = new AbortController();
    const metrics = await Promise.race([this.#collecting, after(waitMs, patience.signal)]);
    patience.abort();
    return metrics;
  }

  #say(message: ToProcess): void {
    // Whoever ends meanwhile does not listen any more, which `ended` tells.
    if (this.#worker.isConnected()) this.#worker.process.send(message, () => undefined);
  }
}
