import { createRandom, type Random } from '@hooktrail/harness/create-random';
import type { ManualClock } from '@hooktrail/harness/zendesk/manual-clock';
import type { ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { pino } from 'pino';
import type { ArchiveParts } from '../../archive/archive-parts.ts';
import { SOURCE_LEASE_MS } from '../../archive/source-hold.ts';
import { SourcePoller } from '../../archive/source-poller.ts';
import type { Database } from '../../database/database.ts';
import { idFromUuid, newId, uuidFromId } from '../../model/ids.ts';
import { createHeaderBox } from '../../secrets/header-box.ts';
import { createSecretBox } from '../../secrets/secret-box.ts';
import { insertSource } from '../../sql/insert-source.ts';
import { takeSource } from '../../sql/take-source.ts';
import type { ArchivedGap, Kill, PolledArchive } from './polled-archive.ts';

/** The process died at a commit. */
class Killed extends Error {
  readonly downMs: number;

  constructor(downMs: number) {
    super('killed');
    this.downMs = downMs;
  }
}

interface Parts {
  readonly clock: ManualClock;
  readonly database: Database;
  readonly double: ZendeskDouble;
  readonly seed: number;
}

/** How long a request takes by the clock of the double. */
const ANSWER_MS: readonly [number, number] = [50, 400];

/**
 * A source of a double, polled by one process after the other as nodes do it, in the time of the double:
 * waiting moves its clock.
 */
export class PolledSource implements PolledArchive {
  readonly #parts: Parts;
  readonly #random: Random;
  readonly #id = newId(Date.now());
  readonly #archive: ArchiveParts;
  #trials = new Map<string, number>();
  #turns = new Map<string, number>();
  #untilMs = 0;
  #ending = new AbortController();
  #kill: Kill | undefined;

  private constructor(parts: Parts) {
    const { clock, database, seed } = parts;
    this.#parts = parts;
    this.#random = createRandom(seed, 'answers');
    const secrets = createSecretBox(Buffer.alloc(32, 7));
    this.#archive = {
      clock: { now: () => clock.nowMs() },
      database: { ...database, transaction: (work) => this.#transaction(work) },
      fetchOf: () => async (url, init) => {
        this.#advance(this.#random.whole(...ANSWER_MS));
        return await fetch(url, init);
      },
      headerBox: createHeaderBox(secrets),
      inboxOf: () => undefined,
      keptMs: Number.POSITIVE_INFINITY,
      log: pino({ level: process.env['HOOKTRAIL_TEST_LOG'] ?? 'silent' }),
      // The test has made those of all its times.
      makeMonths: async () => undefined,
      secrets,
      wait: async (ms) => this.#advance(ms),
    };
  }

  static async create(parts: Parts): Promise<PolledSource> {
    const source = new PolledSource(parts);
    const { database, double } = parts;
    await database.run(insertSource, {
      id: source.#id,
      accountId: 1,
      name: `source ${source.#id}`,
      baseUrl: double.url,
      credentials: source.#archive.secrets.seal(JSON.stringify(double.auth)),
      login: double.auth.email,
      onlyWebhooks: null,
      bodies: 'none',
      bodiesEvery: null,
      budgetShare: 70,
      keepMonths: null,
      masking: true,
      maskedHeaders: [],
      maskedFields: [],
      resend: 'none',
      resendSecrets: null,
      pausedAtMs: null,
      updatedAtMs: null,
    });
    return source;
  }

  async pollUntil(atMs: number): Promise<void> {
    const { clock, database } = this.#parts;
    this.#untilMs = atMs;
    while (clock.nowMs() < atMs) {
      const params = { holder: newId(Date.now()), leaseMs: SOURCE_LEASE_MS, full: [] };
      const [row] = await database.run(takeSource, params);
      if (row?.id !== this.#id) throw new Error('another source is due');
      const dueMs = row.due_at instanceof Date ? row.due_at.getTime() : 0;
      if (dueMs > clock.nowMs()) clock.advanceTo(Math.min(dueMs, atMs));
      if (clock.nowMs() < atMs) {
        this.#ending = new AbortController();
        const { signal } = this.#ending;
        const parts = {
          ...this.#archive,
          holder: params.holder,
          row,
          signal,
          trials: this.#trials,
          turns: this.#turns,
        };
        await new SourcePoller(parts).run().catch((error: unknown) => {
          if (error instanceof Killed) {
            this.#trials = new Map();
            this.#turns = new Map();
            clock.advance(error.downMs);
          } else if (!signal.aborted) throw error;
        });
      }
      // As when the lease of a dead node has expired.
      await this.#sql(`update source set leased_until = '-infinity' where id = $1`);
    }
  }

  killAt(kill: Kill): void {
    this.#kill = kill;
  }

  async isCaughtUp(readSinceMs: number, walkedSinceMs: number): Promise<boolean> {
    const rows = await this.#sql<{ remote_id: string; read: boolean; over: boolean }>(
      `select remote_id, gone_at is not null and polled_at >= gone_at as over,
        walk is null and full_walk is null and watermark_at >= $2 and walked_at >= $3 as read
      from archive_webhook where source_id = $1`,
      [new Date(readSinceMs - 1_000), new Date(walkedSinceMs)],
    );
    const { account } = this.#parts.double;
    const existing = account.existing().map(({ webhook }) => webhook.id);
    const found = new Map(rows.map((row) => [row.remote_id, row]));
    return (
      existing.every((id) => found.get(id)?.read === true) &&
      rows.every((row) => existing.includes(row.remote_id) || row.over)
    );
  }

  async rows(remoteId: string): Promise<string[]> {
    const rows = await this.#sql<{ id: string; status: string; at: Date }>(
      `select coalesce(i.remote_id, i.id::text) as id, coalesce(a.remote_status, a.status::text) as status,
        a.completed_at as at
      from archive_webhook w
      join archive_invocation i on i.webhook_id = w.id
      join archive_attempt a on a.lane = i.lane and a.webhook_id = i.webhook_id and a.invocation_id = i.id
      where w.source_id = $1 and w.remote_id = $2`,
      [remoteId],
    );
    return rows.map(({ at, id, status }) => {
      const remote = id.includes('-') && id.length === 36 ? idFromUuid(id) : id;
      return `${remote} ${status} ${at.getTime()}`;
    });
  }

  async gaps(remoteId: string): Promise<ArchivedGap[]> {
    const rows = await this.#sql<{ from_at: Date; to_at: Date; reason: string }>(
      `select g.from_at, g.to_at, g.reason from archive_gap g
      join archive_webhook w on w.id = g.webhook_id
      where g.source_id = $1 and w.remote_id = $2`,
      [remoteId],
    );
    return rows.map(({ from_at, reason, to_at }) => ({
      fromMs: from_at.getTime(),
      toMs: to_at.getTime(),
      reason,
    }));
  }

  /** Nobody polls it any more. */
  async end(): Promise<void> {
    await this.#sql('update source set paused_at = now() where id = $1');
  }

  #advance(ms: number): void {
    const { clock } = this.#parts;
    clock.advance(Math.ceil(ms));
    if (clock.nowMs() >= this.#untilMs) this.#ending.abort();
  }

  async #transaction<T>(work: Parameters<Database['transaction']>[0]): Promise<T> {
    const { database } = this.#parts;
    const kill = this.#kill;
    if (kill === undefined || kill.commits > 0) {
      if (kill !== undefined) this.#kill = { ...kill, commits: kill.commits - 1 };
      return (await database.transaction(work)) as T;
    }
    this.#kill = undefined;
    await database.transaction(async (runner) => {
      await work(runner);
      if (!kill.committed) throw new Killed(kill.downMs);
    });
    throw new Killed(kill.downMs);
  }

  #sql<Row = object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const all = [uuidFromId(this.#id), ...values];
    return this.#parts.database.run<undefined, Row>(
      { name: '', text, values: () => all },
      undefined,
    );
  }
}
