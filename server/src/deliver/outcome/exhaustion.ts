import type { Logger } from 'pino';
import type { Fault } from '../../model/fault.ts';

interface Parts {
  readonly log: Logger;
  /** Tells how long a pause lasts: the clock of the database may be set back. */
  readonly monotonic?: () => number;
}

interface Pause {
  readonly waitMs: number;
  /** By the monotonic clock. */
  readonly untilMs: number;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** A pause that ended this long ago is forgotten: the next one is of another shortage. */
const FORGET_MS = 10 * 60_000;

/** Something is missing that the next request would miss too. */
export type ExhaustionFault = Extract<
  Fault,
  'node exhausted' | 'ports exhausted' | 'proxy unusable'
>;

const MESSAGES: Readonly<Record<ExhaustionFault, string>> = {
  'node exhausted':
    'this machine has no socket, file or memory left for requests; nothing is claimed meanwhile',
  'ports exhausted': 'this machine has no local port left towards an endpoint; its webhook waits',
  'proxy unusable':
    'the proxy of HOOKTRAIL_EGRESS_PROXY makes no tunnels; the webhooks that need it wait',
};

/** The key of a pause of the whole node, beside those of single webhooks. */
const NODE = 'node';

/**
 * Whether what a request needs is missing: sockets, files or memory for any request, local ports for
 * those of one webhook, or the proxy.
 *
 * open -> paused for 1 s -> trying -> paused for 2 s -> ... 30 s -> trying -> open
 *
 * While it is paused, nothing is claimed or begun: more requests would fail in the same way and
 * take what is left from those in flight. A request that began after a pause and did not fail in
 * this way ends it. Ports are missing towards one address only, so that pause holds for one
 * webhook; an endpoint that uses up its ports must not stop the others. Where a proxy is unusable,
 * each webhook waits for itself too: some may be exceptions, which go out without the proxy.
 */
export class Exhaustion {
  readonly #log: Logger;
  readonly #monotonic: () => number;
  readonly #pauses = new Map<string, Pause>();
  #proxyReportedMs = Number.NEGATIVE_INFINITY;
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor({ log, monotonic = () => performance.now() }: Parts) {
    this.#log = log;
    this.#monotonic = monotonic;
  }

  /** When a request begins that begins now, for `passed`. */
  get nowMs(): number {
    return this.#monotonic();
  }

  /** How long a webhook's requests have to wait, in milliseconds; 0 while nothing is missing. */
  waitMs(webhookId: string): number {
    if (this.#pauses.size === 0) return 0;
    return Math.max(this.#left(NODE), this.#left(webhookId));
  }

  /** A request failed for lack of something. Returns how long it has to wait, in milliseconds. */
  struck(fault: ExhaustionFault, webhookId: string): number {
    const key = fault === 'node exhausted' ? NODE : webhookId;
    const left = this.#left(key);
    // Of the same shortage, as it began before the pause.
    if (left > 0) return left;
    const known = this.#pauses.get(key);
    const waitMs =
      known === undefined ? FIRST_WAIT_MS : Math.min(2 * known.waitMs, LONGEST_WAIT_MS);
    this.#sweep();
    this.#pauses.set(key, { waitMs, untilMs: this.#monotonic() + waitMs });
    this.#report(fault, webhookId, waitMs);
    return waitMs;
  }

  /** How many pauses are remembered: of the node and of webhooks. */
  get size(): number {
    return this.#pauses.size;
  }

  /** Forgets webhooks that have sent nothing since their pause, such as deleted ones. */
  #sweep(): void {
    const nowMs = this.#monotonic();
    const forgotMs = nowMs - FORGET_MS;
    if (this.#sweptMs > forgotMs) return;
    this.#sweptMs = nowMs;
    for (const [key, { untilMs }] of this.#pauses) {
      if (untilMs < forgotMs) this.#pauses.delete(key);
    }
  }

  /** A proxy that is away pauses every webhook for itself; a line for each would fill the log. */
  #report(fault: ExhaustionFault, webhookId: string, waitMs: number): void {
    if (fault === 'proxy unusable') {
      const nowMs = this.#monotonic();
      if (nowMs < this.#proxyReportedMs + LONGEST_WAIT_MS) return;
      this.#proxyReportedMs = nowMs;
    }
    this.#log.error({ webhook_id: webhookId, wait_ms: waitMs }, MESSAGES[fault]);
  }

  /** A request that began at that `nowMs` ended in another way. */
  passed(webhookId: string, beganMs: number): void {
    if (this.#pauses.size === 0) return;
    for (const key of [NODE, webhookId]) {
      const pause = this.#pauses.get(key);
      if (pause !== undefined && beganMs >= pause.untilMs) this.#pauses.delete(key);
    }
  }

  #left(key: string): number {
    const pause = this.#pauses.get(key);
    // Whole milliseconds, as waits of invocations are stored.
    return pause === undefined ? 0 : Math.max(0, Math.ceil(pause.untilMs - this.#monotonic()));
  }
}
