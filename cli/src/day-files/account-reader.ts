import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceCredentials } from '@hooktrail/sdk/hooktrail';
import { createRemote, type Remote } from '@hooktrail/server/create-remote';
import { RemoteFailure } from '@hooktrail/server/remote-failure';
import { RequestPace } from '@hooktrail/server/request-pace';
import { RunOver } from './run-over.ts';

/** Where the requests of a run go, and how many there may be. */
export interface AccountOptions {
  readonly baseUrl: string;
  readonly clock: { now(): number };
  readonly credentials: SourceCredentials;
  /** Per cent of the requests that the service allows. */
  readonly rateShare: number;
  readonly rateLimit: number | null;
  readonly timeoutMs: number;
  /** When the run ends; Infinity: when all is read. */
  readonly overMs: number;
  readonly signal: AbortSignal;
  /** Says that a request waits, and why. */
  readonly onWait: (why: string, ms: number) => void;
}

/** 250 ms, doubled: after the seventh failure in a row, 16 s later, it is for the next run. */
const FIRST_BACKOFF_MS = 250;
const MOST_TRIES = 7;

/** A 429 without a time. */
const THROTTLED_MS = 30_000;

/** A service that asks for a longer wait is asked once an hour: its log goes on, and is forgotten after a week. */
const LONGEST_WAIT_MS = 60 * 60_000;

/** What others leave of the limit may be nothing for long. */
const MOST_THROTTLED = 20;

/** Asks an account in the pace that it allows, and again after what may pass. */
export class AccountReader {
  readonly pace: RequestPace;
  requests = 0;
  readonly #remote: Remote;
  readonly #options: AccountOptions;
  #disbelievedMs: number | undefined;

  constructor(options: AccountOptions) {
    this.#options = options;
    const { baseUrl, clock, credentials, rateLimit, rateShare, signal, timeoutMs } = options;
    this.pace = new RequestPace(rateShare, rateLimit);
    this.#remote = createRemote({
      baseUrl,
      clock,
      credentials,
      fetch: (url, init) => fetch(url, init),
      signal,
      timeoutMs,
    });
  }

  /** The clock of the service, as its last answer said, or ours where that is not believed. */
  get remoteMs(): number {
    return this.#remote.facts?.remoteMs ?? this.#options.clock.now();
  }

  /** How far the clock of the service was ahead of ours when it was last not believed; undefined: it always was. */
  get disbelievedMs(): number | undefined {
    return this.#disbelievedMs;
  }

  /**
   * One answer.
   *
   * @throws RemoteFailure where trying again did not help, or cannot
   * @throws RunOver where the run ends before it may try
   */
  async ask<Answer>(request: (remote: Remote) => Promise<Answer>): Promise<Answer> {
    const { signal } = this.#options;
    let failures = 0;
    let throttled = 0;
    for (;;) {
      await this.#wait(this.pace.nextMs - Date.now());
      this.pace.begin(Date.now());
      this.requests++;
      try {
        return await request(this.#remote);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof RemoteFailure)) throw error;
        if (error.code === 'throttled' && ++throttled < MOST_THROTTLED) {
          this.#hold(error, error.retryAfterMs ?? THROTTLED_MS);
        } else if (mayPass(error) && ++failures < MOST_TRIES) {
          const backoffMs = FIRST_BACKOFF_MS * 2 ** (failures - 1);
          this.#hold(error, Math.max(error.retryAfterMs ?? 0, backoffMs));
        } else throw error;
      } finally {
        const { facts } = this.#remote;
        if (facts !== undefined) {
          this.pace.note(facts, Date.now());
          if (!facts.isBelieved) this.#disbelievedMs = facts.offMs;
        }
      }
    }
  }

  /** Lets the next request wait for what a failure asks for. */
  #hold(failure: RemoteFailure, askedMs: number): void {
    const { onWait, overMs } = this.#options;
    const waitMs = Math.min(LONGEST_WAIT_MS, askedMs);
    const untilMs = Date.now() + waitMs;
    if (untilMs >= overMs) throw new RunOver(failure);
    onWait(failure.message, waitMs);
    this.pace.holdUntil(untilMs);
  }

  async #wait(ms: number): Promise<void> {
    const { overMs, signal } = this.#options;
    if (ms > 0) {
      if (Date.now() + ms >= overMs) throw new RunOver();
      await sleep(ms, undefined, { signal });
    }
    signal.throwIfAborted();
  }
}

/** No answer, 5xx, and 200 with something else than a list, as proxies answer. */
function mayPass({ code, isRefused }: RemoteFailure): boolean {
  return code === 'unavailable' || (code === 'unreadable' && !isRefused);
}
