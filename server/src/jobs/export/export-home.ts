import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { logFailure } from '../../log/log-failure.ts';
import { CannotStart } from '../../model/cannot-start.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import { DAY_MS, SECOND_MS } from '../../model/time-units.ts';
import { deleteExportNodes } from '../../sql/delete-export-nodes.ts';
import { readExportNodes } from '../../sql/read-export-nodes.ts';
import { type ExportNode, writeExportNode } from '../../sql/write-export-node.ts';
import type { ExportPlace } from '../places/export-place.ts';
import { ExportUnavailable } from '../places/export-unavailable.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly log: Logger;
  readonly place: ExportPlace;
  /** Whether an operator named a folder; then it must be usable from the start. */
  readonly isNamed: boolean;
}

/** One small statement of each node. */
const BEAT_MS = 20 * SECOND_MS;

/** A node that was not seen for three beats is gone. */
const SEEN_MS = 60 * SECOND_MS;

/** How often a mark that another node is writing is looked at again. */
const MARK_TRIES = 20;
const MARK_WAIT_MS = 50;

/**
 * The place that this node writes exports to. Each node says which one that is: a file that one node
 * wrote must be there for all of them, and a job that changes its node goes on in the same place.
 */
export class ExportHome {
  readonly place: ExportPlace;
  readonly #parts: Parts;
  readonly #node: string;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #isStopped = false;
  #opening: Promise<string> | undefined;

  constructor(parts: Parts) {
    this.place = parts.place;
    this.#parts = parts;
    this.#node = newId(parts.clock.now());
  }

  /** @throws CannotStart if an operator named a folder that cannot be used */
  async start(): Promise<void> {
    const { isNamed, log } = this.#parts;
    const { isShared, name, path, setting } = this.place;
    const beat = () => {
      this.#beating = this.#beat().catch((error: unknown) =>
        logFailure(log, error, 'could not say where this node writes exports'),
      );
    };
    if (isShared) {
      // Others know at once what it is named; a store that is away stops exports, and nothing else of a node.
      await this.#say(null);
      this.#beating = this.#prepare()
        .catch((error: unknown) => {
          if (!this.#isStopped) log.warn({ err: error, path }, `cannot use ${name} now`);
        })
        .then(beat);
    } else {
      if (isNamed) {
        await this.#prepare().catch((error: Error) => {
          throw new CannotStart(`${setting}: ${error.message}`, { cause: error });
        });
      }
      await this.#beat();
    }
    this.#timer = setInterval(beat, BEAT_MS);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.place.close();
    await this.#beating;
    const request = { id: this.#node, olderMs: DAY_MS };
    await this.#parts.database.run(deleteExportNodes, request).catch((error: unknown) => {
      logFailure(this.#parts.log, error, 'could not say that this node writes no exports any more');
    });
  }

  /**
   * The id of the place, which exists then. However many wait for it, the place is asked once: a store that
   * is silent would have a connection of each.
   *
   * @throws ExportUnavailable if it cannot be used, or another node writes to another one
   */
  async open(signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    if (signal === undefined) return this.#opening;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([this.#opening, aborted]);
  }

  async #open(): Promise<string> {
    const folder = await this.#prepare();
    await this.#beat(folder);
    const nodes = await this.#parts.database.run(readExportNodes, SEEN_MS);
    const other = nodes.find((node) => !this.#isSame(node, folder));
    if (other === undefined) return folder;
    const { path, setting } = this.place;
    return this.refuse(
      `the nodes write exports to different places: ${setting} of all nodes must name one place that they share`,
      { own: { host: hostname(), path }, other: { host: other.host, path: other.path } },
    );
  }

  /** Where that is, is for operators: the log says it. @throws ExportUnavailable */
  refuse(message: string, details: object): never {
    this.#parts.log.error(details, message);
    throw new ExportUnavailable(message, { reason: this.place.reason });
  }

  #isSame({ folder, host, path }: ExportNode, own: string): boolean {
    // One that has not used its place yet may have the same one under the same name.
    const isHere = this.place.isShared || host === hostname();
    return folder === null ? isHere && path === this.place.path : folder === own;
  }

  async #beat(known?: string): Promise<void> {
    // Why it cannot be read, `open` says to those who need it.
    await this.#say(known ?? (await this.place.readMark().catch(() => undefined)) ?? null);
  }

  async #say(folder: string | null): Promise<void> {
    const node = { id: this.#node, host: hostname(), path: this.place.path, folder };
    await this.#parts.database.run(writeExportNode, node);
  }

  /** Makes the place, and its mark unless another node did. */
  async #prepare(): Promise<string> {
    const { name, path } = this.place;
    const mark = await this.place.readMark();
    if (mark !== undefined) return mark;
    await this.place.writeMark();
    for (let tries = 0; tries < MARK_TRIES; tries++) {
      const written = await this.place.readMark();
      if (written !== undefined) return written;
      await sleep(MARK_WAIT_MS);
    }
    return this.refuse(`${name} has a broken mark: remove it if no export is kept`, { path });
  }
}
