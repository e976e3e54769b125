import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import type { Runner } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import { type ShownCertificate, shownCertificate } from '../http-client/shown-certificate.ts';
import { logFailure } from '../log/log-failure.ts';
import type { Clock } from '../model/clock.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { deleteOldCertificates } from '../sql/delete-old-certificates.ts';
import { writeEndpointCertificates } from '../sql/write-endpoint-certificates.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly directory: Pick<Directory, 'webhook'>;
  readonly log: Logger;
  /** Tells how long ago one was looked at: the clock of the database may be set back. */
  readonly monotonic?: () => number;
}

/** Reading a certificate takes 0.4 ms: with 10,000 endpoints that close every connection, 1 % of the thread. */
const LOOK_MS = 5 * MINUTE_MS;

/** What changed is written together. */
const WRITE_MS = 2 * SECOND_MS;

const WRITTEN_AT_ONCE = 500;

/** An unchanged certificate is written again after this time: it was seen. */
const AGAIN_MS = DAY_MS;

/** What waits to be written; the rest is seen again. */
const MOST_WAITING = 2_000;

/** Endpoints that are known in memory, some 300 bytes each. */
const MOST_KNOWN = 20_000;

/** Rows of all nodes: more endpoints than anybody has. */
const MOST_KEPT = 200_000;

/** Nothing was delivered there for so long. */
const KEPT_MS = 30 * DAY_MS;

interface Known {
  /** By the monotonic clock, as is `writtenMs`. */
  readonly lookedMs: number;
  readonly writtenMs: number;
  /** What was written as the time of it, by the clock of the database. */
  readonly seenAtMs: number;
  readonly fingerprint: string;
}

/**
 * Keeps what endpoints show in TLS handshakes, so that their end can be told before it comes. A request over a
 * kept connection costs nothing here, a resumed session nothing either; a whole handshake is looked at once in five
 * minutes for each endpoint, and only a change is written. Whatever fails here fails no delivery.
 */
export class SeenCertificates {
  readonly #parts: Parts;
  readonly #monotonic: () => number;
  /** By origin; what was looked at last is at the end. */
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Map<string, { shown: ShownCertificate; seenAtMs: number; by: string }>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#monotonic = parts.monotonic ?? (() => performance.now());
  }

  /** A connection to an origin was secured for a request of a webhook. */
  note(origin: string, webhookId: string, socket: TLSSocket): void {
    const nowMs = this.#monotonic();
    const known = this.#known.get(origin);
    if (known !== undefined && nowMs - known.lookedMs < LOOK_MS) return;
    try {
      const shown = socket.isSessionReused() ? undefined : shownCertificate(socket);
      if (shown !== undefined) this.#keep(origin, webhookId, shown, nowMs);
    } catch (error) {
      logFailure(this.#parts.log, error, 'could not read the certificate of an endpoint');
    }
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#write();
    await this.#writing;
  }

  #keep(origin: string, by: string, shown: ShownCertificate, nowMs: number): void {
    const { fingerprint } = shown;
    const known = this.#known.get(origin);
    const isWritten = known?.fingerprint === fingerprint && nowMs - known.writtenMs < AGAIN_MS;
    if (!isWritten && this.#waiting.size >= MOST_WAITING) return;
    this.#known.delete(origin);
    const writtenMs = isWritten ? known.writtenMs : nowMs;
    // The clock may have been set back: a row that seems later would stay.
    const atMs = Math.max(this.#parts.clock.now(), known?.seenAtMs ?? 0);
    const seenAtMs = isWritten ? known.seenAtMs : atMs;
    this.#known.set(origin, { lookedMs: nowMs, writtenMs, seenAtMs, fingerprint });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
    if (isWritten) return;
    this.#waiting.set(origin, { shown, seenAtMs, by });
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MS).unref();
  }

  #write(): void {
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    const { database, log } = this.#parts;
    try {
      while (this.#waiting.size > 0) {
        const some = this.#take();
        if (some.length === 0) continue;
        try {
          await database.run(writeEndpointCertificates, some);
        } catch (error) {
          for (const { origin } of some) this.#known.delete(origin);
          throw error;
        }
      }
      const nowMs = this.#monotonic();
      if (nowMs - this.#sweptMs < DAY_MS) return;
      this.#sweptMs = nowMs;
      await database.run(deleteOldCertificates, { keptMs: KEPT_MS, most: MOST_KEPT });
    } catch (error) {
      logFailure(log, error, 'could not write the certificates of endpoints');
    }
  }

  /** The next ones that go to endpoints of stored webhooks: a test request may go anywhere. */
  #take() {
    const some = [...this.#waiting].slice(0, WRITTEN_AT_ONCE);
    return (
      some
        .flatMap(([origin, { by, seenAtMs, shown }]) => {
          this.#waiting.delete(origin);
          const endpoint = this.#parts.directory.webhook(by)?.endpoint;
          if (endpoint !== undefined && new URL(endpoint).origin === origin) {
            return [{ origin, seenAtMs, ...shown }];
          }
          this.#known.delete(origin);
          return [];
        })
        // All nodes lock rows in one order, so none waits for another in a circle.
        .sort((one, other) => (one.origin < other.origin ? -1 : 1))
    );
  }
}
