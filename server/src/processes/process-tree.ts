import type { Logger } from 'pino';
import type { Counter } from '../metrics/counter.ts';
import { JoinedMetrics } from '../metrics/joined-metrics.ts';
import { Metrics } from '../metrics/metrics.ts';
import { processMetrics } from '../metrics/process-metrics.ts';
import type { MetricsFormat } from '../metrics/render.ts';
import type { Metric } from '../metrics/sample.ts';
import { SharedCollection } from '../metrics/shared-collection.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { after } from './after.ts';
import type { Child } from './child.ts';
import type { Started } from './messages.ts';

type Scraped = (format: MetricsFormat) => Promise<string | undefined>;

interface Parts {
  /** How many processes there should be. */
  readonly count: number;
  /** Starts a process. `port` is the one that all had before, if none is left that holds it. */
  readonly fork: (number: number, port: number | undefined, scraped: Scraped) => Child;
  readonly log: Logger;
  /** After this time a stop kills what still runs. */
  readonly stopMs: number;
  /** How long a scrape waits for a process. */
  readonly scrapeMs?: number;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10 * SECOND_MS;
const HEALTHY_AFTER_MS = MINUTE_MS;

/** A collection of one process answers after two seconds without a database. Prometheus waits for ten. */
const SCRAPE_MS = 3 * SECOND_MS;

/** So many starts in a row that fail while nothing works end the node, as the first one does. */
const MOST_FAILURES = 5;

const STATES = ['up', 'starting', 'silent'] as const;

/**
 * The processes behind one port: `starting` -> `up` -> `stopped`, or `starting` -> `stopped`.
 *
 * - `starting`: all processes start at once. If one fails, so does the tree.
 * - `up`: a process that ends is replaced after 100 ms; if it ran for less than a minute, the wait doubles, up
 *   to 10 s. The others work on. If no process is left and five starts in a row fail, the tree is `lost`.
 * - `stopped`: after `stop()`: all processes stop at once, each as a node does. What still runs after `stopMs`
 *   is killed.
 */
export class ProcessTree {
  /** Resolves with the reason when the tree cannot go on. */
  readonly lost: Promise<Error>;
  readonly #parts: Parts & { readonly scrapeMs: number };
  readonly #children = new Map<number, Child>();
  readonly #kept: Promise<void>[] = [];
  readonly #stopping = new AbortController();
  readonly #joined = new JoinedMetrics();
  readonly #shared = new SharedCollection(() => this.#collect());
  readonly #own = new Metrics();
  readonly #replaced: Counter;
  readonly #missed: Counter;
  #lose: (reason: Error) => void = () => undefined;
  #failures = 0;
  #silent = 0;
  #firstPort: number | undefined;
  #port: number | undefined;

  constructor(parts: Parts) {
    this.#parts = { scrapeMs: SCRAPE_MS, ...parts };
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#own.gauge(
      'hooktrail_processes',
      'Processes behind the port by state. Silent: it did not answer this scrape; its gauges are missing.',
      ['state'],
      () => {
        const up = this.#countUp();
        const counts = {
          up: up - this.#silent,
          starting: this.#parts.count - up,
          silent: this.#silent,
        };
        return STATES.map((state) => ({ labels: [state], value: counts[state] }));
      },
    );
    this.#replaced = this.#own.counter(
      'hooktrail_processes_replaced_total',
      'Processes that ended by themselves and were started again.',
    );
    this.#missed = this.#own.counter(
      'hooktrail_processes_silent_total',
      'How often a process did not answer a scrape in time.',
    );
  }

  /**
   * Starts all processes; resolves when all listen.
   *
   * @throws CannotStart why one of them could not
   */
  async start(): Promise<readonly Started[]> {
    const first = Array.from({ length: this.#parts.count }, (_, place) => this.#fork(place + 1));
    const started = await Promise.all(first.map((child) => child.started));
    this.#firstPort = Number(new URL((started[0] as Started).url).port);
    for (const child of first) this.#kept.push(this.#keep(child));
    this.#tellAll();
    return started;
  }

  /** The metrics of all processes, as Prometheus reads them. */
  text(format: MetricsFormat): Promise<string> {
    return this.#shared.text(format);
  }

  /** Stops all processes; resolves when all have ended. */
  async stop(): Promise<void> {
    const { log, stopMs } = this.#parts;
    this.#stopping.abort();
    const children = [...this.#children.values()];
    for (const child of children) {
      child.stop();
      // It may not have listened to us before.
      child.started.then(
        () => child.stop(),
        () => undefined,
      );
    }
    const killing = setTimeout(() => {
      for (const child of children) {
        if (child.state === 'ended') continue;
        log.error(
          { child: child.number, childPid: child.pid, stopMs },
          'a process did not stop; killing it',
        );
        child.kill();
      }
    }, stopMs);
    await Promise.all(children.map((child) => child.ended));
    clearTimeout(killing);
    await Promise.all(this.#kept);
  }

  #fork(number: number): Child {
    if (this.#firstPort !== undefined && !this.#isAnyAlive()) this.#port = this.#firstPort;
    const child = this.#parts.fork(number, this.#port, (format) =>
      this.text(format).catch(() => undefined),
    );
    this.#children.set(number, child);
    void child.ended.then(() => {
      this.#joined.end(child.id);
      this.#tellAll();
    });
    return child;
  }

  /** Replaces a process whenever it ends, until the tree stops. */
  async #keep(first: Child): Promise<void> {
    const { log } = this.#parts;
    const { signal } = this.#stopping;
    let child = first;
    let sinceMs = performance.now();
    for (let waitMs = FIRST_WAIT_MS / 2; ; ) {
      const end = await child.ended;
      if (signal.aborted) return;
      const ranMs = Math.round(performance.now() - sinceMs);
      waitMs = ranMs >= HEALTHY_AFTER_MS ? FIRST_WAIT_MS : Math.min(2 * waitMs, LONGEST_WAIT_MS);
      const { number, pid } = child;
      log.error(
        { child: number, childPid: pid, end, ranMs, waitMs },
        'a process ended unexpectedly; replacing it',
      );
      await after(waitMs, signal);
      if (signal.aborted) return;
      sinceMs = performance.now();
      this.#replaced.add();
      try {
        // Throws when the system has no memory for another process.
        child = this.#fork(number);
        await child.started;
        this.#failures = 0;
        this.#tellAll();
        log.info({ child: number, childPid: child.pid }, 'a process was replaced');
      } catch (error) {
        const { message } = error as Error;
        log.error({ child: number, reason: message }, 'a process could not start');
        this.#failures++;
        if (this.#failures >= MOST_FAILURES && this.#countUp() === 0) this.#lose(error as Error);
      }
    }
  }

  #countUp(): number {
    return [...this.#children.values()].filter(({ state }) => state === 'up').length;
  }

  #isAnyAlive(): boolean {
    return [...this.#children.values()].some(({ state }) => state !== 'ended');
  }

  #tellAll(): void {
    const siblings = { up: this.#countUp(), of: this.#parts.count };
    for (const child of this.#children.values()) child.tell(siblings);
  }

  /** What this process takes is added to what the others take. */
  async #collect(): Promise<readonly Metric[]> {
    const answered = new Set<string>(['own']);
    let silent = 0;
    await Promise.all(
      [...this.#children.values()]
        .filter(({ state }) => state === 'up')
        .map(async (child) => {
          const metrics = await child.collect(this.#parts.scrapeMs);
          if (child.state === 'ended') return;
          if (metrics === undefined) {
            silent++;
            return;
          }
          this.#joined.take(child.id, metrics);
          answered.add(child.id);
        }),
    );
    this.#silent = silent;
    this.#missed.add(silent);
    this.#joined.take('own', [...this.#own.read(), ...(await processMetrics())]);
    return this.#joined.read(answered);
  }
}
