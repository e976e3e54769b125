import type { Logger } from 'pino';
import type { Runner } from '../../database/database.ts';
import type { Fetch } from '../../http-client/create-fetch.ts';
import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { takeAlertHeartbeat } from '../../sql/take-alert-heartbeat.ts';
import type { Evaluations } from '../alert-evaluator.ts';
import { SEND_MS } from './notice-runner.ts';

interface Parts {
  readonly database: Runner;
  readonly evaluations: () => Evaluations;
  readonly fetch: Fetch;
  readonly log: Logger;
  /** Tells how long ago an evaluation ended: the clock of the database may be set back. */
  readonly monotonic?: () => number;
  /** Names this node, as its lease does. */
  readonly node: string;
  readonly notReadyReason: () => Promise<string | undefined>;
  /** A secret: whoever knows it can say that all is well. */
  readonly url: string;
}

const EVERY_MS = MINUTE_MS;

const LOOK_MS = 5 * SECOND_MS;

/** For so long after an evaluation that failed nobody can say that all is well, nor so long after the last one. */
export const QUIET_MS = 3 * MINUTE_MS;

/**
 * Calls a URL each minute while alerts work: whoever watches it learns that Hooktrail itself is dead, of which no
 * alert of ours could tell. One node calls, the one that evaluates, and only while it is ready and its evaluations
 * succeed.
 */
export class HeartbeatCaller {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> | undefined;
  #isFailing = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.look().finally(() => {
        this.#running = undefined;
      });
    }, LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running;
  }

  /** Calls the URL if it is due. Resolves to whether it did. */
  async look(): Promise<boolean> {
    const { database, log, node, notReadyReason } = this.#parts;
    try {
      if (!this.#isWell() || (await notReadyReason()) !== undefined) return false;
      const taken = await database.run(takeAlertHeartbeat, { node, everyMs: EVERY_MS });
      if (taken.length === 0) return false;
      await this.#call();
      this.#isFailing = false;
    } catch (error) {
      if (this.#stopping.signal.aborted) return false;
      // Once, not each minute. Its message has the host at most: the URL is a secret.
      if (!this.#isFailing) log.warn({ reason: (error as Error).message }, 'the heartbeat failed');
      this.#isFailing = true;
    }
    return true;
  }

  #isWell(): boolean {
    const { evaluations, monotonic = () => performance.now() } = this.#parts;
    const { failedMs, succeededMs } = evaluations();
    const since = monotonic() - QUIET_MS;
    return (
      succeededMs !== undefined &&
      succeededMs > since &&
      (failedMs === undefined || failedMs <= since)
    );
  }

  async #call(): Promise<void> {
    const { fetch, url } = this.#parts;
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(SEND_MS)]);
    const { username, password } = new URL(url);
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const answer = await fetch(url, {
      method: 'GET',
      headers: {
        'user-agent': 'hooktrail-heartbeat',
        ...(username !== '' && { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }),
      },
      signal,
    });
    if (!answer.ok) throw new Error(`the receiver answered ${answer.status}`);
  }
}
