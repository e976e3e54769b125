import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { logFailure } from '../log/log-failure.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { deleteNode, deleteOldNodes } from '../sql/delete-nodes.ts';
import { writeNode } from '../sql/write-node.ts';
import type { NodeLoad } from './node-load.ts';
import { SILENT_MS } from './silent-ms.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly load: () => NodeLoad;
  readonly log: Logger;
  /** Tells how long ago something was done: the clock of the database may be set back. */
  readonly monotonic?: () => number;
  readonly version: string;
}

/** One small statement. Somebody who looks at nodes is told after this. */
const BEAT_MS = 10 * SECOND_MS;

/**
 * How often rows are deleted that nobody beats for. A killed node that is started again within seconds finds
 * its old row before that is silent: it must go before an alert names it as missing.
 */
const SWEEP_MS = MINUTE_MS;

/** A node that ended without a word is shown for this time. */
const KEPT_MS = DAY_MS;

/** A host name has 64 characters on Linux; others allow 255. */
const MOST_HOST = 255;

/**
 * Says that this node is up, every ten seconds: the others show it. A node that stops says so; one that was
 * killed is missing from then on, until a node starts at its address.
 */
export class Heartbeat {
  readonly #parts: Parts;
  readonly #host = hostname().slice(0, MOST_HOST);
  readonly id: string;
  readonly #startedAtMs: number;
  #address = '';
  #current: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #sweptMs = Number.NEGATIVE_INFINITY;
  #beatMs = Number.NaN;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.now();
    this.id = newId(this.#startedAtMs);
  }

  /** When it was last written, by the monotonic clock; NaN before. */
  get beatMs(): number {
    return this.#beatMs;
  }

  /**
   * Begins, and resolves after the first beat. Never rejects: a node works without. Processes at one URL have
   * numbers, from 1; each follows the one with its own number, and those that there are no more.
   */
  start(
    url: string,
    place?: { readonly number: number; readonly processes: number },
  ): Promise<void> {
    const numbered = Array.from(
      { length: place?.processes ?? 0 },
      (_, index) => `${url}#${index + 1}`,
    );
    this.#address = place === undefined ? url : `${url}#${place.number}`;
    this.#current = place === undefined ? [url] : numbered;
    this.#timer = setInterval(() => void this.#beat(), BEAT_MS);
    return this.#beat();
  }

  /** Says that it stops. */
  async stop(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    await this.#beating;
    await this.#parts.database.run(deleteNode, this.id).catch((error: unknown) => {
      logFailure(this.#parts.log, error, 'could not say that this node stops');
    });
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#write()
      .catch((error: unknown) => {
        logFailure(this.#parts.log, error, 'could not say that this node is up');
      })
      .finally(() => {
        this.#beating = undefined;
      });
    return this.#beating;
  }

  async #write(): Promise<void> {
    const { database, load, monotonic = () => performance.now(), version } = this.#parts;
    const named = { id: this.id, host: this.#host, address: this.#address };
    await database.run(writeNode, {
      ...named,
      startedAtMs: this.#startedAtMs,
      version,
      load: JSON.stringify(load()),
    });
    const nowMs = monotonic();
    this.#beatMs = nowMs;
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    await database.run(deleteOldNodes, {
      ...{ ...named, current: this.#current, silentMs: SILENT_MS, keptMs: KEPT_MS },
    });
    this.#sweptMs = nowMs;
  }
}
