import { type AlertKind, MOST_OPEN_OF_KIND } from '../model/alert.ts';
import { ALERT_TRAITS } from '../model/alert-kinds.ts';
import type { NewAlert } from '../sql/insert-alert.ts';
import type { ToldAlert } from '../sql/insert-opened-notices.ts';
import type { AlertMuteRow } from '../sql/read-alert-mutes.ts';
import type { AlertWatchRow } from '../sql/read-alert-watches.ts';
import type { WrittenWatch } from '../sql/write-alert-watches.ts';
import type { AlertRules, Condition } from './condition.ts';
import { nextWatch, type Watch } from './next-watch.ts';
import { quietUntil } from './quiet-until.ts';

/** What an evaluation is made of. */
export interface Evaluation {
  readonly nowMs: number;
  readonly rules: AlertRules;
  readonly mutes: readonly AlertMuteRow[];
  readonly watches: readonly AlertWatchRow[];
  readonly conditions: readonly Condition[];
  /** The kinds that were read. What is watched of others stays. */
  readonly kinds: ReadonlySet<AlertKind>;
  /** The most alerts to open; what is beyond opens next time. */
  readonly mostOpened: number;
  readonly newId: () => string;
}

/** A resolved alert, and when its routes are told. */
export interface EndedAlert {
  readonly accountId: number;
  readonly id: string;
  readonly dueMs: number;
}

/** What an evaluation changes. */
export interface Decisions {
  readonly opened: readonly NewAlert[];
  /** Those of `opened` that routes are told of. */
  readonly told: readonly ToldAlert[];
  readonly resolved: readonly EndedAlert[];
  readonly written: readonly WrittenWatch[];
  readonly deleted: readonly Pick<WrittenWatch, 'accountId' | 'kind' | 'subject'>[];
}

/** Decides which alerts open and resolve. A pure function: what it decides is written in one transaction. */
export function decideAlerts(evaluation: Evaluation): Decisions {
  const { kinds, mostOpened, nowMs, rules } = evaluation;
  const opened: NewAlert[] = [];
  const told: ToldAlert[] = [];
  const resolved: EndedAlert[] = [];
  const written: WrittenWatch[] = [];
  const deleted: Pick<WrittenWatch, 'accountId' | 'kind' | 'subject'>[] = [];
  const rows = new Map(evaluation.watches.map((row) => [keyOf(row.account_id, row), row]));
  const { bad, unknown } = sortOut(evaluation, rows);

  for (const [key, row] of rows) {
    if (!kinds.has(row.kind) || unknown.has(key) || bad.has(key)) continue;
    const { account_id: accountId, alert_id: alertId, kind, subject } = row;
    const rule = rules.of(accountId, kind);
    const watch = watchOf(row);
    // A rule that was switched off ends its alerts at once.
    const resolve = rule.enabled ? rule : { ...rule, resolveSeconds: 0 };
    const next = nextWatch(watch, { isBad: false, sinceMs: undefined }, resolve, nowMs);
    const names = { accountId, kind, subject };
    if (next.watch === undefined) deleted.push(names);
    else if (next.watch.goodSinceMs !== watch.goodSinceMs) {
      written.push(writtenOf(names, next.watch, alertId));
    }
    if (next.transition === 'resolved' && alertId !== null) {
      resolved.push({ accountId, id: alertId, dueMs: quietUntil(rule, rule.severity, nowMs) });
    }
  }

  for (const [key, condition] of bad) {
    const { accountId, kind, subject } = condition;
    const row = rows.get(key);
    const watch = row && watchOf(row);
    const rule = rules.of(accountId, kind);
    const seen = { isBad: true, sinceMs: condition.sinceMs };
    const next = nextWatch(watch, seen, rule, nowMs);
    const names = { accountId, kind, subject };
    const waits = next.transition === 'opened' && opened.length >= mostOpened;
    let alertId = row?.alert_id ?? null;
    if (next.transition === 'opened' && !waits) {
      const { severity, threshold } = rule;
      const muted = isMuted(evaluation.mutes, condition, nowMs);
      alertId = evaluation.newId();
      opened.push({
        ...{ accountId, id: alertId, kind, severity, subject, threshold, muted },
        webhookId: condition.webhookId ?? null,
        sourceId: condition.sourceId ?? null,
        jobId: condition.jobId ?? null,
        node: condition.node ?? null,
        value: condition.value,
        facts: condition.facts,
        startedMs: (next.watch as Watch).badSinceMs,
        openedMs: nowMs,
      });
      const dueMs = quietUntil(rule, severity, nowMs);
      if (!muted) told.push({ accountId, id: alertId, kind, severity, dueMs });
    }
    if (watch === undefined || next.transition !== undefined || watch.goodSinceMs !== undefined) {
      written.push(writtenOf(names, next.watch as Watch, alertId));
    }
  }
  return { opened, told, resolved, written, deleted };
}

/**
 * Which subjects are bad by their rules, and of which it is not known. Where too many of a kind are bad, those
 * that are watched come first, so that none of them resolves because another one is worse.
 */
function sortOut(
  { conditions, kinds, rules }: Evaluation,
  rows: ReadonlyMap<string, AlertWatchRow>,
): { bad: ReadonlyMap<string, Condition>; unknown: ReadonlySet<string> } {
  const accounts = new Set(rules.accountIds);
  const unknown = new Set<string>();
  const watched: [string, Condition][] = [];
  const others: [string, Condition][] = [];
  for (const condition of conditions) {
    const { accountId, kind, value } = condition;
    if (!kinds.has(kind) || !accounts.has(accountId)) continue;
    const rule = rules.of(accountId, kind);
    if (!rule.enabled) continue;
    const key = keyOf(accountId, condition);
    if (Number.isNaN(value)) {
      unknown.add(key);
      continue;
    }
    const isBad = ALERT_TRAITS[kind].below ? value <= rule.threshold : value >= rule.threshold;
    if (isBad) (rows.has(key) ? watched : others).push([key, condition]);
  }
  const bad = new Map<string, Condition>();
  const counts = new Map<string, number>();
  for (const [key, condition] of [...watched, ...others]) {
    const group = `${condition.accountId} ${condition.kind}`;
    const count = counts.get(group) ?? 0;
    if (bad.has(key) || (count >= MOST_OPEN_OF_KIND && !rows.has(key))) continue;
    counts.set(group, count + 1);
    bad.set(key, condition);
  }
  return { bad, unknown };
}

const keyOf = (accountId: number, one: { readonly kind: AlertKind; readonly subject: string }) =>
  `${accountId} ${one.kind} ${one.subject}`;

const watchOf = (row: AlertWatchRow): Watch => ({
  badSinceMs: row.bad_since.getTime(),
  goodSinceMs: row.good_since?.getTime(),
  isOpen: row.alert_id !== null,
});

const writtenOf = (
  names: Pick<WrittenWatch, 'accountId' | 'kind' | 'subject'>,
  watch: Watch,
  alertId: string | null,
): WrittenWatch => ({
  ...names,
  badSinceMs: watch.badSinceMs,
  goodSinceMs: watch.goodSinceMs ?? null,
  alertId,
});

function isMuted(
  mutes: readonly AlertMuteRow[],
  { accountId, kind, webhookId }: Condition,
  nowMs: number,
): boolean {
  return mutes.some(
    (mute) =>
      mute.account_id === accountId &&
      (mute.kind === null || mute.kind === kind) &&
      (mute.webhook_id === null || mute.webhook_id === webhookId) &&
      (mute.until_at === null || mute.until_at.getTime() > nowMs),
  );
}
