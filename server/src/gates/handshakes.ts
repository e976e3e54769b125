import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { logFailure } from '../log/log-failure.ts';
import type { Clock } from '../model/clock.ts';
import { laneOf } from '../model/lanes.ts';
import type { Rules } from '../model/rules.ts';
import { HOUR_MS, SECOND_MS } from '../model/time-units.ts';
import type { Webhook } from '../model/webhook.ts';
import { hurryHandshake } from '../sql/hurry-handshake.ts';
import { notify } from '../sql/notify.ts';
import { type HandshakeRow, readHandshakes } from '../sql/read-handshakes.ts';
import { takeHandshake } from '../sql/take-handshake.ts';
import { writeHandshake } from '../sql/write-handshake.ts';
import { cappedLimit } from './capped-limit.ts';

/** What an endpoint answered when it was asked whether it wants deliveries. */
export interface HandshakeAnswer {
  /** An origin or `*`; undefined: it gave no permission. */
  readonly allowedOrigin: string | undefined;
  /** Requests a minute; undefined: no limit. */
  readonly allowedRate: number | undefined;
  /** Why it is no permission. */
  readonly reason: string | undefined;
}

/** Asks an endpoint; never rejects. */
export type AskEndpoint = (webhook: Webhook, rules: Rules) => Promise<HandshakeAnswer>;

interface Parts {
  readonly ask: AskEndpoint;
  readonly clock: Clock;
  readonly database: Database;
  readonly log: Logger;
  /** What deliveries are announced as; another one asks every endpoint again. */
  readonly origin: string;
  /** Called when a webhook may send now, or is asked for again later. */
  readonly onChange: (webhookId: string) => void;
  readonly rulesOf: (webhookId: string) => Rules;
  readonly webhookOf: (webhookId: string) => Webhook | undefined;
}

/** Why a webhook may not send yet. */
export interface NotAllowed {
  readonly reason: string;
  /** When its endpoint may be asked, in milliseconds since 1970; 0: now. */
  readonly nextAtMs: number;
}

/** How long the right to ask is held beyond the time limit of the request: for recording. */
const MARGIN_MS = 5 * SECOND_MS;
const WAIT_MS = 5 * SECOND_MS;
const MOST_WAIT_MS = HOUR_MS;

/**
 * The abuse protection of CloudEvents' web hooks, for webhooks whose rules ask for it:
 *
 * not asked -> `asking` -> `allowed` or `refused`, `refused` -> `asking` -> ...
 *
 * Before the first delivery to an endpoint one node asks it with an OPTIONS request, and everything due is
 * held back meanwhile. A permission holds for that endpoint and that origin; a refusal is asked about again
 * after a wait that doubles from 5 s to an hour. A node that dies while it asks loses the right after the
 * longest time that the request could have taken. The row in the database is the truth, this is a copy of
 * the rows that were needed.
 */
export class Handshakes {
  readonly #parts: Parts;
  readonly #known = new Map<string, HandshakeRow>();
  readonly #asking = new Map<string, Promise<void>>();
  /** Webhooks are immutable: another endpoint is another object. */
  readonly #subjects = new WeakMap<Webhook, string>();
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Undefined if the webhook may send: its endpoint allowed it, or its rules do not ask. Takes the rules that
   * the caller has read anyway, so that a webhook without a handshake pays for no lookup.
   */
  held(webhookId: string, rules: Pick<Rules, 'cloudEvents'>): NotAllowed | undefined {
    if (rules.cloudEvents?.handshake !== true) return undefined;
    const webhook = this.#parts.webhookOf(webhookId);
    if (webhook === undefined) return undefined;
    const row = this.#known.get(webhookId);
    if (row === undefined || row.subject !== this.#subjectOf(webhook)) {
      return { reason: 'its endpoint is asked whether it wants deliveries', nextAtMs: 0 };
    }
    if (row.state === 'allowed') return undefined;
    const reason = row.reason ?? 'it has not answered yet';
    return {
      reason: `its endpoint has not allowed deliveries: ${reason}`,
      nextAtMs: row.next_at.getTime(),
    };
  }

  /** The rules of a webhook with the rate that its endpoint allows. */
  capped(webhookId: string, rules: Rules): Rules {
    if (rules.cloudEvents?.handshake !== true) return rules;
    const rate = this.#known.get(webhookId)?.allowed_rate ?? null;
    return rate === null ? rules : { ...rules, rateLimit: cappedLimit(rules.rateLimit, rate) };
  }

  /**
   * Asks the endpoint of a webhook whose time has come, unless another node does. Resolves when that is
   * decided, not when the endpoint has answered.
   */
  async begin(webhookId: string): Promise<void> {
    if (this.#stopped || this.#asking.has(webhookId)) return;
    const { database, rulesOf, webhookOf } = this.#parts;
    const webhook = webhookOf(webhookId);
    if (webhook === undefined) return;
    const rules = rulesOf(webhookId);
    const subject = this.#subjectOf(webhook);
    const lane = laneOf(webhookId);
    const holdMs = rules.timeLimitMs + MARGIN_MS;
    const taken = await database.run(takeHandshake, { lane, webhookId, subject, holdMs });
    await this.#read([webhookId]);
    if (taken.length === 0 || this.#asking.has(webhookId)) return;
    const asked = this.#ask(webhook, rules, subject).finally(() => this.#asking.delete(webhookId));
    this.#asking.set(webhookId, asked);
  }

  /** Lets the endpoint of a webhook be asked again immediately, on request. */
  async askNow(webhookId: string): Promise<void> {
    const { database, rulesOf } = this.#parts;
    if (rulesOf(webhookId).cloudEvents?.handshake !== true) return;
    const hurried = await database.run(hurryHandshake, { lane: laneOf(webhookId), webhookId });
    if (hurried.length > 0) await this.#tell(webhookId);
  }

  /** Reads some rows again: this node or another one changed them. */
  async refresh(webhookIds: readonly string[]): Promise<void> {
    for (const id of await this.#read(webhookIds)) this.#parts.onChange(id);
  }

  /** The webhook was deleted. */
  forget(webhookId: string): void {
    this.#known.delete(webhookId);
  }

  /** Forgets what may be out of date, since notifications may have been missed. */
  forgetAll(): void {
    this.#known.clear();
  }

  /** Asks nobody any more; resolves when no endpoint is being asked. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#asking.values());
  }

  /** Returns those that have a row. */
  async #read(webhookIds: readonly string[]): Promise<string[]> {
    const { database, rulesOf } = this.#parts;
    const wanted = webhookIds.filter((id) => rulesOf(id).cloudEvents?.handshake === true);
    for (const id of webhookIds) if (!wanted.includes(id)) this.#known.delete(id);
    if (wanted.length === 0) return [];
    const rows = await database.run(readHandshakes, wanted);
    for (const row of rows) this.#known.set(row.webhook_id, row);
    return rows.map(({ webhook_id: id }) => id);
  }

  #subjectOf(webhook: Webhook): string {
    let subject = this.#subjects.get(webhook);
    if (subject === undefined) {
      const text = `${this.#parts.origin}\n${webhook.endpoint}`;
      subject = createHash('sha256').update(text).digest('base64url');
      this.#subjects.set(webhook, subject);
    }
    return subject;
  }

  async #ask(webhook: Webhook, rules: Rules, subject: string): Promise<void> {
    const { ask, database, log } = this.#parts;
    const webhookId = webhook.id;
    try {
      const { allowedOrigin, allowedRate, reason } = await ask(webhook, rules);
      const allowed = allowedOrigin !== undefined;
      await database.run(writeHandshake, {
        lane: laneOf(webhookId),
        webhookId,
        subject,
        allowed,
        allowedOrigin: allowedOrigin ?? null,
        allowedRate: allowedRate ?? null,
        reason: reason ?? null,
        waitMs: WAIT_MS,
        mostWaitMs: MOST_WAIT_MS,
      });
      const result = allowed ? 'allowed deliveries' : `has not allowed deliveries: ${reason}`;
      log[allowed ? 'info' : 'warn']({ webhook_id: webhookId }, `an endpoint ${result}`);
      await this.#tell(webhookId);
    } catch (error) {
      logFailure(log, error, 'could not record the answer of an endpoint to a handshake');
    }
  }

  /** Tells all nodes, over the channel of what holds webhooks back. */
  async #tell(webhookId: string): Promise<void> {
    await this.#parts.database.run(notify, { channel: 'hooktrail_breaker', payload: webhookId });
    await this.refresh([webhookId]);
  }
}
