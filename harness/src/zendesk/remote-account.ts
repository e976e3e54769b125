import { createRandom, type Random } from '../create-random.ts';
import { isoSeconds } from './iso-seconds.ts';
import { createRemoteIds } from './remote-ids.ts';
import { RemoteLog } from './remote-log.ts';
import { HORIZON_MS, type RemoteRow, type ScriptedRow } from './remote-row.ts';
import type { RemoteWebhook, RemoteWebhookInput } from './remote-webhook.ts';
import { Traffic, type TrafficProfile, USUAL_TRAFFIC } from './traffic.ts';

/** A webhook with all that happened at it. */
export interface RemoteWebhookState {
  webhook: RemoteWebhook;
  secret: string;
  readonly log: RemoteLog;
  readonly traffic: Traffic;
  deleted: boolean;
}

/** The webhooks of the account and their logs, which grow as the clock goes on. */
export class RemoteAccount {
  readonly #webhooks = new Map<string, RemoteWebhookState>();
  readonly #nowMs: () => number;
  readonly #seed: number;
  readonly #newId: (atMs: number) => string;
  readonly #random: Random;

  constructor(seed: number, nowMs: () => number) {
    this.#seed = seed;
    this.#nowMs = nowMs;
    this.#newId = createRemoteIds(seed, 'webhooks');
    this.#random = createRandom(seed, 'secrets');
  }

  /** What happened until now is in the logs afterwards. */
  catchUp(): number {
    const nowMs = this.#nowMs();
    for (const { deleted, log, traffic } of this.#webhooks.values()) {
      if (!deleted) log.add(traffic.until(nowMs));
    }
    return nowMs;
  }

  /** Those that exist, newest first. */
  existing(): RemoteWebhookState[] {
    return [...this.#webhooks.values()]
      .filter(({ deleted }) => !deleted)
      .sort((a, b) => (a.webhook.id < b.webhook.id ? 1 : -1));
  }

  /** @throws RangeError for a webhook that never existed */
  state(id: string): RemoteWebhookState {
    const state = this.#webhooks.get(id);
    if (state === undefined) throw new RangeError(`no webhook ${id}`);
    return state;
  }

  create(input: RemoteWebhookInput = {}): RemoteWebhook {
    const nowMs = this.catchUp();
    const id = this.#newId(nowMs);
    const webhook: RemoteWebhook = {
      id,
      name: `webhook ${this.#webhooks.size + 1}`,
      status: 'active',
      subscriptions: ['zen:event-type:ticket.created', 'zen:event-type:ticket.status_changed'],
      created_at: isoSeconds(nowMs),
      created_by: '387787462734',
      endpoint: 'https://endpoint.example/hooks',
      http_method: 'POST',
      request_format: 'json',
      ...input,
    };
    this.#webhooks.set(id, {
      webhook,
      secret: this.#newSecret(),
      log: new RemoteLog(),
      traffic: new Traffic(this.#seed, id),
      deleted: false,
    });
    return webhook;
  }

  patch(id: string, changes: RemoteWebhookInput): void {
    const state = this.state(id);
    const updated = { updated_at: isoSeconds(this.#nowMs()), updated_by: '387787462734' };
    state.webhook = { ...state.webhook, ...changes, ...updated };
  }

  resetSecret(id: string): void {
    this.state(id).secret = this.#newSecret();
  }

  /** Its log goes with it. */
  delete(id: string): void {
    const nowMs = this.catchUp();
    const state = this.state(id);
    state.deleted = true;
    state.log.end(nowMs);
  }

  /** From now on; undefined for silence. */
  setTraffic(id: string, profile: Partial<TrafficProfile> | undefined): void {
    const nowMs = this.catchUp();
    const { traffic } = this.state(id);
    traffic.set(profile === undefined ? undefined : { ...USUAL_TRAFFIC, ...profile }, nowMs);
  }

  /** Many invocations at once, created over the span that begins now. */
  burst(id: string, count: number, overMs = 60_000): void {
    const nowMs = this.catchUp();
    const { log, traffic } = this.state(id);
    log.add(traffic.burst(count, overMs, nowMs));
  }

  /** Rows with any id, status and times; finished and listed now by default. */
  addRows(id: string, rows: readonly ScriptedRow[]): void {
    const nowMs = this.catchUp();
    this.state(id).log.add(rows.map((row) => completeRow(row, nowMs)));
  }

  /** Erases the log of a webhook, or of all. */
  eraseLog(id?: string): void {
    const nowMs = this.catchUp();
    const states = id === undefined ? this.existing() : [this.state(id)];
    for (const { log } of states) log.erase(nowMs);
  }

  /** Every row that was ever listed until now, oldest first, of deleted webhooks too. */
  history(id: string): RemoteRow[] {
    const nowMs = this.catchUp();
    return this.state(id).log.history(nowMs);
  }

  #newSecret(): string {
    const bytes = Array.from({ length: 32 }, () => this.#random.whole(0, 255));
    return Buffer.from(bytes).toString('base64');
  }
}

function completeRow(row: ScriptedRow, nowMs: number): RemoteRow {
  const atMs = row.completedAtMs ?? nowMs;
  const completedAtMs = atMs - (atMs % 1_000);
  return {
    listedAtMs: nowMs,
    unreadableFromMs: completedAtMs + HORIZON_MS,
    sent: true,
    ...row,
    completedAtMs,
  };
}
