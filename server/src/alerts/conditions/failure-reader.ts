import type { Runner } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { AlertKind, AlertRule } from '../../model/alert.ts';
import type { Clock } from '../../model/clock.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { chooseUnit } from '../../rollups/choose-unit.ts';
import { type CountsResult, countRollups } from '../../rollups/count-rollups.ts';
import type { Sums } from '../../rollups/sums.ts';
import type { RollupUnit } from '../../sql/parts/rollup-reading.ts';
import type { AlertRules, Condition, ConditionReader } from '../condition.ts';

interface Parts {
  /** Whether the tables are distributed over a Citus cluster. */
  readonly citus: boolean;
  readonly clock: Clock;
  readonly database: Runner;
  readonly directory: Pick<Directory, 'webhook' | 'webhooksInOrder'>;
  readonly rollupKeptMs: Readonly<Record<RollupUnit, number>>;
  /** The webhooks that alerts of an account go to. */
  readonly webhooksOfRoutes: (accountId: number) => Promise<readonly string[]>;
}

/** What one evaluation has found so far. */
interface Reading {
  readonly rules: AlertRules;
  readonly found: Condition[];
  /** What was counted, by kind and subject. */
  readonly counted: Set<string>;
  /** Counts of whole accounts: several rules have one window. */
  readonly totals: Map<string, Promise<CountsResult>>;
}

/** Webhooks to count by the rule of a kind. */
interface Asked {
  readonly kind: (typeof OF_WEBHOOKS)[number];
  readonly rule: AlertRule;
  readonly ids: readonly string[];
}

/** Accounts whose counts one evaluation reads: a statement of some milliseconds each. */
const ACCOUNTS_AT_ONCE = 50;

/** Webhooks that one evaluation counts of an account that has failures, besides those that are bad already. */
const WEBHOOKS_AT_ONCE = 2_000;

/** Webhooks that one evaluation counts in all, more than of one account: with windows of 15 minutes, some 50 ms. */
const MOST_COUNTED = 6_000;

const OF_WEBHOOKS = ['failing', 'failures'] as const;

/**
 * Reads from rollups how many invocations failed. What it costs does not grow with what accounts have:
 *
 * - Up to 50 accounts at a time are counted as a whole, in turn. Without a failure in an account, no webhook of
 *   it is counted.
 * - Of an account with failures, up to 2,000 webhooks at a time are counted, in turn, besides those that were bad;
 *   of all accounts 6,000. The next turn begins with the account that had no room.
 *
 * So with 100,000 webhooks in an account, a failing one is found 12 minutes after it began at worst; with
 * up to 2,000, at once. What was bad and is not counted this time is not known, so its episode stays.
 */
export class FailureReader implements ConditionReader {
  readonly kinds: readonly AlertKind[] = ['failing', 'failures', 'account_failing'];
  readonly #parts: Parts;
  /** Where the next turn of an account begins in the order of its webhooks. */
  readonly #next = new Map<number, number>();
  #nextAccount = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly read = async (rules: AlertRules): Promise<readonly Condition[]> => {
    const reading: Reading = { rules, found: [], counted: new Set(), totals: new Map() };
    const { accountIds, start } = this.#turn(rules);
    let room = MOST_COUNTED;
    /** The first account whose webhooks had no room. */
    let cut: number | undefined;
    for (const [place, accountId] of accountIds.entries()) {
      await this.#readAccount(reading, accountId);
      if (cut !== undefined) continue;
      const asked = await this.#readWebhooks(reading, accountId, room);
      if (asked > room) cut = place;
      else room -= asked;
    }
    this.#nextAccount = start + (cut ?? accountIds.length);
    for (const kind of this.kinds) {
      for (const { accountId, subject } of rules.watched(kind)) {
        if (reading.counted.has(keyOf(kind, accountId, subject))) continue;
        if (kind !== 'account_failing' && !this.#isOf(accountId, subject)) continue;
        reading.found.push({ accountId, kind, subject, value: Number.NaN, facts: {} });
      }
    }
    // The worst first, and after them what is not known.
    return reading.found.sort((one, other) => (other.value || 0) - (one.value || 0));
  };

  /** The accounts whose turn it is, and where it began. */
  #turn({ accountIds, of }: AlertRules): { readonly accountIds: number[]; readonly start: number } {
    const all = accountIds.filter((id) => this.kinds.some((kind) => of(id, kind).enabled));
    const start = all.length === 0 ? 0 : this.#nextAccount % all.length;
    const inTurn = [...all.slice(start), ...all.slice(0, start)];
    return { accountIds: inTurn.slice(0, ACCOUNTS_AT_ONCE), start };
  }

  /**
   * What routes send to webhooks does not count: an alert of the account would fail to be delivered, and keep itself
   * open by that, or open again and again.
   */
  async #readAccount(reading: Reading, accountId: number): Promise<void> {
    const kind = 'account_failing';
    const rule = reading.rules.of(accountId, kind);
    const subject = String(accountId);
    reading.counted.add(keyOf(kind, accountId, subject));
    if (!rule.enabled) return;
    const { minimum = 1, windowSeconds = 0 } = rule;
    let { failed, settled } = settledOf(await this.#total(reading, accountId, windowSeconds));
    if (failed === 0 || settled < minimum) return;
    const ofRoutes = await this.#parts.webhooksOfRoutes(accountId);
    if (ofRoutes.length > 0) {
      const told = settledOf((await this.#count(accountId, windowSeconds, ofRoutes)).total);
      failed -= told.failed;
      settled -= told.settled;
    }
    if (failed <= 0 || settled < minimum) return;
    const facts = { failed, settled, window_seconds: windowSeconds };
    reading.found.push({ accountId, kind, subject, value: failed / settled, facts });
  }

  /** Resolves to how many webhooks are to be counted. Beyond `room`, none was. */
  async #readWebhooks(reading: Reading, accountId: number, room: number): Promise<number> {
    const { directory } = this.#parts;
    const { counted, rules } = reading;
    const bad: Omit<Asked, 'ids'>[] = [];
    for (const kind of OF_WEBHOOKS) {
      const rule = rules.of(accountId, kind);
      if (!rule.enabled) continue;
      const total = await this.#total(reading, accountId, rule.windowSeconds ?? 0);
      if (settledOf(total).failed > 0) bad.push({ kind, rule });
      else {
        for (const id of watchedOf(rules, accountId, kind)) {
          counted.add(keyOf(kind, accountId, id));
        }
      }
    }
    if (bad.length === 0) return 0;
    const all = await directory.webhooksInOrder(accountId, 'id');
    const from = this.#next.get(accountId) ?? 0;
    const start = from >= all.length ? 0 : from;
    const inTurn = all.slice(start, start + WEBHOOKS_AT_ONCE).map(({ webhook }) => webhook.id);
    const asked = bad.map(({ kind, rule }): Asked => {
      const ids = new Set([...watchedOf(rules, accountId, kind), ...inTurn]);
      return { kind, rule, ids: [...ids].filter((id) => this.#isOf(accountId, id)) };
    });
    const count = asked.reduce((sum, { ids }) => sum + ids.length, 0);
    if (count > room) return count;
    for (const one of asked) await this.#readSome(reading, accountId, one);
    this.#next.set(accountId, start + inTurn.length);
    return count;
  }

  async #readSome(
    { counted, found }: Reading,
    accountId: number,
    { ids, kind, rule }: Asked,
  ): Promise<void> {
    if (ids.length === 0) return;
    const { minimum = 1, windowSeconds = 0 } = rule;
    const { rows } = await this.#count(accountId, windowSeconds, ids);
    for (const id of ids) counted.add(keyOf(kind, accountId, id));
    for (const { sums, webhookId } of rows) {
      const webhook =
        webhookId === undefined ? undefined : this.#parts.directory.webhook(webhookId);
      const { failed, settled } = settledOf(sums);
      if (webhook === undefined || failed === 0 || settled < minimum) continue;
      const { id: subject, name } = webhook;
      found.push({
        ...{ accountId, kind, subject, webhookId: subject },
        value: kind === 'failing' ? failed / settled : failed,
        facts: { name, failed, settled, window_seconds: windowSeconds },
      });
    }
  }

  async #total({ totals }: Reading, accountId: number, windowSeconds: number): Promise<Sums> {
    const key = `${accountId} ${windowSeconds}`;
    const counting = totals.get(key) ?? this.#count(accountId, windowSeconds);
    totals.set(key, counting);
    return (await counting).total;
  }

  #count(accountId: number, windowSeconds: number, ids?: readonly string[]) {
    const { clock, rollupKeptMs: keptMs } = this.#parts;
    const nowMs = clock.now();
    return countRollups(this.#parts, {
      accountId,
      webhookIds: ids,
      knownIds: ids ?? [],
      by: ids === undefined ? [] : ['webhook'],
      byStep: false,
      chosen: chooseUnit({
        span: [nowMs - windowSeconds * SECOND_MS, nowMs],
        step: undefined,
        counted: Math.max(1, ids?.length ?? 1),
        nowMs,
        keptMs,
      }),
      statuses: null,
      errors: null,
    });
  }

  #isOf(accountId: number, webhookId: string): boolean {
    return this.#parts.directory.webhook(webhookId)?.accountId === accountId;
  }
}

const watchedOf = ({ watched }: AlertRules, accountId: number, kind: AlertKind): string[] =>
  watched(kind).flatMap((one) => (one.accountId === accountId ? [one.subject] : []));

const keyOf = (kind: AlertKind, accountId: number, subject: string) =>
  `${kind} ${accountId} ${subject}`;

/** What settled, and how much of it without a success. */
function settledOf({ counts }: Sums): { readonly failed: number; readonly settled: number } {
  return { failed: counts.settled - counts.settled_succeeded, settled: counts.settled };
}
