import type { Runner } from '../database/database.ts';
import type { SourceCredentials, SourceError } from '../model/source.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { holdSource } from '../sql/hold-source.ts';
import type { SourceRow } from '../sql/parts/source-row.ts';
import { readSourceWebhooks } from '../sql/read-source-webhooks.ts';
import { updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import type { ArchiveParts } from './archive-parts.ts';
import { createMasker, type Masker } from './masking/create-masker.ts';
import { RequestPace } from './poll/request-pace.ts';
import { createRemote, type Remote } from './remote/create-remote.ts';
import { serviceClock } from './remote/service-clock.ts';
import { SourceLost } from './source-lost.ts';
import { stateParams, type WebhookState, webhookState } from './webhook-state.ts';

/**
 * How long a source is held without a write. A request takes 20 s at most, and the lease is renewed before
 * one where the last write is older than `RENEW_MS`.
 */
export const SOURCE_LEASE_MS = 30 * SECOND_MS;
const RENEW_MS = 5 * SECOND_MS;

/** A wait looks at the lease so often: it is renewed within 7.5 s, and the request after it takes 20. */
const WAIT_STEP_MS = RENEW_MS / 2;

/** A request waits no longer for its turn. */
const LONGEST_WAIT_MS = MINUTE_MS;

const MIRROR_EVERY_MS = 5 * MINUTE_MS;

interface Parts extends ArchiveParts {
  readonly holder: string;
  readonly row: SourceRow;
  readonly signal: AbortSignal;
  /** How often the bodies of an invocation could not be fetched, over all holds of this node. */
  readonly trials: Map<string, number>;
  /** Steps of each source, over all holds of this node: with few requests a minute a hold has one. */
  readonly turns: Map<string, number>;
}

/** What the row of the source says beside its settings. */
interface Facts {
  readonly mirroredMs: number | null;
  readonly polledMs: number | null;
  readonly clockOffMs: number | null;
  readonly failures: number;
  /** Until when the service asked not to be asked. */
  readonly waitUntilMs: number | null;
  readonly error: {
    readonly code: SourceError;
    readonly text: string;
    readonly atMs: number;
  } | null;
}

/**
 * A source under the lease of this node: one request after the other, each stored in one transaction with
 * how far the log is read, the counts and the lease. A transaction that finds the lease taken writes nothing.
 */
export class SourceHold {
  readonly parts: Parts;
  readonly masker: Masker;
  readonly pace: RequestPace;
  webhooks = new Map<string, WebhookState>();
  facts: Facts;
  mirrorDueMs = 0;
  /** After failures. */
  notBeforeMs = 0;
  /** The service does not show secrets to these credentials. */
  withoutSecrets = false;
  readonly #remote: Remote;
  readonly #sentMs: number[] = [];
  #heldMs: number;

  constructor(parts: Parts) {
    this.parts = parts;
    const { row } = parts;
    const { clock, fetchOf, headerBox, secrets, signal } = parts;
    const credentials = JSON.parse(secrets.open(row.credentials as Buffer)) as SourceCredentials;
    this.#remote = createRemote({
      baseUrl: row.base_url as string,
      clock,
      credentials,
      fetch: fetchOf(row.account_id),
      signal,
    });
    this.masker = createMasker(
      { enabled: row.masking, headers: row.masked_headers, fields: row.masked_fields },
      headerBox,
    );
    this.#heldMs = clock.now();
    this.pace = new RequestPace(row.budget_share, row.rate_limit);
    // Also where another node was asked, and where people ask for a poll now.
    const waitUntilMs = row.wait_until?.getTime() ?? null;
    this.pace.holdUntil(waitUntilMs ?? 0);
    this.facts = {
      mirroredMs: row.mirrored_at?.getTime() ?? null,
      polledMs: row.polled_at?.getTime() ?? null,
      clockOffMs: row.clock_off_ms,
      failures: row.failures,
      waitUntilMs,
      error:
        row.error_code === null || row.error_at === null
          ? null
          : { code: row.error_code, text: row.error ?? '', atMs: row.error_at.getTime() },
    };
    this.mirrorDueMs = (this.facts.mirroredMs ?? -MIRROR_EVERY_MS) + MIRROR_EVERY_MS;
  }

  /** The clock of the service. */
  get remoteMs(): number {
    return serviceClock(this.facts.clockOffMs ?? 0, this.parts.clock.now()).remoteMs;
  }

  async load(): Promise<void> {
    const { clock, database, row } = this.parts;
    const rows = await database.run(readSourceWebhooks, row.id);
    const readsSecrets = row.resend === 'read' && !this.withoutSecrets;
    const before = this.webhooks;
    const nowMs = clock.now();
    this.webhooks = new Map(
      rows.map((one) => {
        const bodyMs = before.get(one.id)?.bodyMs ?? 0;
        return [one.id, { ...webhookState(one, { nowMs, readsSecrets }), bodyMs }];
      }),
    );
  }

  async wait(ms: number): Promise<void> {
    await this.parts.wait(ms, this.parts.signal);
  }

  /** Extends the lease where it is time. @throws SourceLost */
  async renew(): Promise<void> {
    if (this.parts.clock.now() - this.#heldMs > RENEW_MS) await this.write();
  }

  /** Sends one request, as soon as the pace allows; holds the lease until then. @throws SourceLost */
  async ask<Answer>(request: (remote: Remote) => Promise<Answer>): Promise<Answer> {
    const { clock, signal } = this.parts;
    const untilMs = Math.min(this.pace.nextMs, clock.now() + LONGEST_WAIT_MS);
    for (let nowMs = clock.now(); nowMs < untilMs && !signal.aborted; nowMs = clock.now()) {
      await this.wait(Math.min(untilMs - nowMs, WAIT_STEP_MS));
      await this.renew();
    }
    signal.throwIfAborted();
    const sentMs = clock.now();
    this.pace.begin(sentMs);
    this.#sentMs.push(sentMs);
    try {
      return await request(this.#remote);
    } finally {
      const { facts } = this.#remote;
      if (facts !== undefined) {
        this.pace.note(facts, clock.now());
        this.facts = { ...this.facts, clockOffMs: facts.offMs };
      }
    }
  }

  /** Writes how the source is, and what `work` writes, in one transaction. @throws SourceLost */
  async write(
    work: (runner: Runner) => Promise<void> = async () => {},
    { dueMs, leaseMs = SOURCE_LEASE_MS }: { dueMs?: number; leaseMs?: number } = {},
  ): Promise<void> {
    const { clock, database, holder, row } = this.parts;
    const { clockOffMs, error, failures, mirroredMs, polledMs, waitUntilMs } = this.facts;
    const nowMs = clock.now();
    while ((this.#sentMs[0] ?? nowMs) < nowMs - MINUTE_MS) this.#sentMs.shift();
    await database.transaction(async (runner) => {
      const [held] = await runner.run(holdSource, {
        id: row.id,
        holder,
        leaseMs,
        dueAtMs: dueMs ?? nowMs,
        waitUntilMs: waitUntilMs !== null && waitUntilMs > nowMs ? waitUntilMs : null,
        mirroredAtMs: mirroredMs,
        polledAtMs: polledMs,
        rateLimit: this.pace.limit,
        requests: this.#sentMs.length,
        requestedAtMs: this.#sentMs.at(-1) ?? row.requested_at?.getTime() ?? null,
        clockOffMs,
        failures,
        errorCode: error?.code ?? null,
        error: error?.text ?? null,
        errorAtMs: error?.atMs ?? null,
      });
      if (held === undefined) throw new SourceLost();
      await work(runner);
    });
    this.#heldMs = this.parts.clock.now();
  }

  async release(dueMs: number): Promise<void> {
    await this.write(undefined, { dueMs, leaseMs: 0 });
  }

  /** Writes a webhook after a step that succeeded. */
  async moved(
    webhook: WebhookState,
    work: (runner: Runner) => Promise<void> = async () => {},
  ): Promise<void> {
    const { error } = this.facts;
    // The list of webhooks says whether there are too many, and no other step does.
    const isOfList = error?.code === 'limit';
    this.facts = { ...this.facts, failures: 0, error: isOfList ? error : null };
    this.notBeforeMs = 0;
    await this.write(async (runner) => {
      await work(runner);
      await runner.run(updateArchiveWebhook, stateParams(webhook));
    });
    this.webhooks.set(webhook.id, webhook);
  }
}
