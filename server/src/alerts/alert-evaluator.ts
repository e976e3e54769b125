import type { Logger } from 'pino';
import type { Database, Runner } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import { logFailure } from '../log/log-failure.ts';
import { ALERTS_KEPT_DAYS, type AlertKind, MOST_ALERTS } from '../model/alert.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { deleteAlertWatches } from '../sql/delete-alert-watches.ts';
import { deleteEndedAlertMutes } from '../sql/delete-ended-alert-mutes.ts';
import { deleteExcessAlerts } from '../sql/delete-excess-alerts.ts';
import { deleteOldAlerts } from '../sql/delete-old-alerts.ts';
import { dropEarlyNotices } from '../sql/drop-early-notices.ts';
import { dropExcessNotices } from '../sql/drop-excess-notices.ts';
import { insertAlert } from '../sql/insert-alert.ts';
import { insertOpenedNotices, type NoticedRoute } from '../sql/insert-opened-notices.ts';
import { insertResolvedNotices } from '../sql/insert-resolved-notices.ts';
import { makeAlertLease } from '../sql/make-alert-lease.ts';
import { readAccountAlertMutes } from '../sql/read-account-alert-mutes.ts';
import type { AlertMuteRow } from '../sql/read-alert-mutes.ts';
import { type AlertWatchRow, readAlertWatches } from '../sql/read-alert-watches.ts';
import { readAllAlertRules } from '../sql/read-all-alert-rules.ts';
import { resolveAlerts } from '../sql/resolve-alerts.ts';
import { restoreAlertWatches } from '../sql/restore-alert-watches.ts';
import { returnAlertLease } from '../sql/return-alert-lease.ts';
import { takeAlertLease } from '../sql/take-alert-lease.ts';
import { writeAlertWatches } from '../sql/write-alert-watches.ts';
import { type AlertRuleSettings, alertRuleOf } from './alert-rule-of.ts';
import type { AlertRules, Condition, ConditionReader } from './condition.ts';
import { type Decisions, decideAlerts } from './decide-alerts.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Pick<Directory, 'accounts'>;
  readonly log: Logger;
  /** Tells how long ago something was: the clock of the database may be set back. */
  readonly monotonic?: () => number;
  /** This node, as an id. */
  readonly node: string;
  readonly readers: readonly ConditionReader[];
  /** Called after notices were written. */
  readonly onNotices?: () => void;
}

/** When evaluations of this node ended last, by the monotonic clock, and how; undefined: none did. */
export interface Evaluations {
  readonly succeededMs: number | undefined;
  /** Also one of which a reader failed. */
  readonly failedMs: number | undefined;
}

/** What is bad is seen within this time. */
const EVERY_MS = 15 * SECOND_MS;

/** A node that is killed is followed by another one after this time. An evaluation takes less. */
const LEASE_MS = 60 * SECOND_MS;

/** Alerts that open in one transaction; a statement each. */
const MOST_OPENED = 200;

/** How often old alerts are deleted, and how many at a time. */
const SWEEP_MS = MINUTE_MS;
const SWEPT = 500;

/**
 * Messages that wait for one route. They wait for up to 24 hours while it is dead, and more than these, some 40 an
 * hour, would only bury the newest ones when it is back.
 */
const MOST_WAITING = 1_000;
const TOO_MANY_WAITED = `${MOST_WAITING.toLocaleString('en')} newer messages waited for this route`;

/** Of one route, at once. An evaluation adds fewer: it opens 200 alerts at most, and ends 1,400 of an account. */
const MOST_DROPPED = 5_000;

/**
 * Evaluates the rules of all accounts every 15 seconds, on one node at a time: the one that has the lease.
 *
 * What an evaluation decides is one transaction: alerts open or resolve, their episodes move and their notices
 * are written, or nothing of it. The transaction begins with the lease, and reads the episodes after it: a node
 * that was stopped for an hour in the midst of an evaluation has lost the lease and writes nothing, or has it
 * again and decides by what others wrote meanwhile.
 */
export class AlertEvaluator {
  readonly #parts: Parts;
  readonly #monotonic: () => number;
  /** The readers that failed the last time: each failure is logged once. */
  readonly #failing = new Set<ConditionReader>();
  /** Accounts of which alerts opened or resolved: they may have too many. */
  readonly #grown = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #evaluating: Promise<boolean> | undefined;
  #sweptMs = Number.NEGATIVE_INFINITY;
  #isMade = false;
  #isStopped = false;
  #hasLease = false;
  #evaluations: Evaluations = { succeededMs: undefined, failedMs: undefined };

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#monotonic = parts.monotonic ?? (() => performance.now());
  }

  /** Whether this node evaluates: it had the lease at its last evaluation. */
  get isEvaluating(): boolean {
    return this.#hasLease && !this.#isStopped;
  }

  get evaluations(): Evaluations {
    return this.#evaluations;
  }

  /** Begins, now. A failed evaluation is tried again at the next time. */
  start(): void {
    this.#tick();
  }

  /** Finishes the evaluation that runs, and lets another node go on at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#evaluating?.catch(() => undefined);
    if (!this.#isMade) return;
    await this.#parts.database
      .run(returnAlertLease, this.#parts.node)
      .catch((error: unknown) =>
        logFailure(this.#parts.log, error, 'could not hand over the evaluation of alerts'),
      );
  }

  /** Evaluates once, if this node has the lease or gets it: resolves to whether it did. */
  evaluate(): Promise<boolean> {
    this.#evaluating ??= this.#noted().finally(() => {
      this.#evaluating = undefined;
    });
    return this.#evaluating;
  }

  /** Evaluates, and notes how that ended. */
  async #noted(): Promise<boolean> {
    const noted = (how: keyof Evaluations) => {
      this.#evaluations = { ...this.#evaluations, [how]: this.#monotonic() };
    };
    try {
      this.#hasLease = await this.#evaluate();
      const isWhole = this.#hasLease && this.#failing.size === 0;
      if (isWhole) noted('succeededMs');
      else if (this.#hasLease) noted('failedMs');
      return this.#hasLease;
    } catch (error) {
      this.#hasLease = false;
      noted('failedMs');
      throw error;
    }
  }

  #tick(): void {
    this.evaluate()
      .catch((error: unknown) =>
        logFailure(this.#parts.log, error, 'could not evaluate the rules of alerts'),
      )
      .finally(() => {
        if (this.#isStopped) return;
        this.#timer = setTimeout(() => this.#tick(), EVERY_MS);
        this.#timer.unref();
      });
  }

  async #evaluate(): Promise<boolean> {
    const { clock, database, node, onNotices } = this.#parts;
    if (!this.#isMade) {
      await database.run(makeAlertLease, undefined);
      this.#isMade = true;
    }
    const lease = { node, leaseMs: LEASE_MS };
    if ((await database.run(takeAlertLease, lease)).length === 0) return false;
    const rules = await this.#rules(await database.run(readAlertWatches, undefined));
    const { conditions, kinds } = await this.#read(rules);
    const decisions = await database.transaction(async (runner) => {
      if ((await runner.run(takeAlertLease, lease)).length === 0) return undefined;
      const watches = await runner.run(readAlertWatches, undefined);
      const nowMs = clock.now();
      const decide = (mutes: readonly AlertMuteRow[]) =>
        decideAlerts({
          ...{ conditions, kinds, mutes, nowMs, rules, watches },
          mostOpened: MOST_OPENED,
          newId: () => newId(nowMs),
        });
      let decided = decide([]);
      // Mutes matter to what opens alone: most evaluations read none.
      const accountIds = [...new Set(decided.opened.map(({ accountId }) => accountId))];
      if (accountIds.length > 0) {
        const mutes = await runner.run(readAccountAlertMutes, accountIds);
        if (mutes.length > 0) decided = decide(mutes);
      }
      const dropped = await write(runner, decided, nowMs);
      return { ...decided, dropped };
    });
    if (decisions === undefined) return false;
    this.#tellDropped(decisions.dropped);
    for (const { accountId } of decisions.opened) this.#grown.add(accountId);
    for (const { accountId } of decisions.resolved) this.#grown.add(accountId);
    if (decisions.told.length > 0 || decisions.resolved.length > 0) onNotices?.();
    await this.#sweep();
    return true;
  }

  async #rules(watches: readonly AlertWatchRow[]): Promise<AlertRules> {
    const { database, directory } = this.#parts;
    const rows = await database.run(readAllAlertRules, undefined);
    const changed = new Map(
      rows.map((row) => [
        `${row.account_id} ${row.kind}`,
        alertRuleOf(row.kind, row.settings as AlertRuleSettings),
      ]),
    );
    const accounts = [...directory.accounts()].filter((one) => one.suspendedAt === undefined);
    const watched = new Map<AlertKind, { accountId: number; subject: string }[]>();
    for (const { account_id: accountId, kind, subject } of watches) {
      const some = watched.get(kind) ?? [];
      some.push({ accountId, subject });
      watched.set(kind, some);
    }
    return {
      accountIds: accounts.map(({ id }) => id),
      of: (accountId, kind) => changed.get(`${accountId} ${kind}`) ?? alertRuleOf(kind, undefined),
      watched: (kind) => watched.get(kind) ?? [],
    };
  }

  /** What all readers found. The kinds of one that fails are not read, so what is watched of them stays. */
  async #read(
    rules: AlertRules,
  ): Promise<{ conditions: readonly Condition[]; kinds: ReadonlySet<AlertKind> }> {
    const conditions: Condition[] = [];
    const kinds = new Set<AlertKind>();
    for (const reader of this.#parts.readers) {
      try {
        const found = await reader.read(rules);
        this.#failing.delete(reader);
        if (found === undefined) continue;
        for (const kind of reader.kinds) kinds.add(kind);
        for (const condition of found) conditions.push(condition);
      } catch (error) {
        if (!this.#failing.has(reader)) {
          const what = reader.kinds.join(', ');
          logFailure(this.#parts.log, error, `could not read what alerts of ${what} are about`);
        }
        this.#failing.add(reader);
      }
    }
    return { conditions, kinds };
  }

  #tellDropped(dropped: readonly NoticedRoute[]): void {
    const byRoute = new Map<string, { accountId: number; notices: number }>();
    for (const { account_id: accountId, route_id: id } of dropped) {
      byRoute.set(id, { accountId, notices: (byRoute.get(id)?.notices ?? 0) + 1 });
    }
    for (const [routeId, { accountId, notices }] of byRoute) {
      this.#parts.log.warn(
        { account_id: accountId, route_id: routeId, notices },
        'dropped the oldest messages that waited for a route of alerts',
      );
    }
  }

  async #sweep(): Promise<void> {
    const { clock, database } = this.#parts;
    const elapsedMs = this.#monotonic();
    if (elapsedMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = elapsedMs;
    const nowMs = clock.now();
    const beforeMs = nowMs - ALERTS_KEPT_DAYS * DAY_MS;
    await database.run(restoreAlertWatches, undefined);
    await database.run(deleteOldAlerts, { beforeMs, limit: SWEPT });
    await database.run(deleteEndedAlertMutes, nowMs);
    for (const accountId of this.#grown) {
      const one = { accountId, keep: MOST_ALERTS, limit: SWEPT };
      const deleted = await database.run(deleteExcessAlerts, one);
      if (deleted.length < SWEPT) this.#grown.delete(accountId);
    }
  }
}

/** Writes what was decided; resolves to the route of each notice that was dropped because too many wait. */
async function write(
  runner: Runner,
  decided: Decisions,
  nowMs: number,
): Promise<readonly NoticedRoute[]> {
  const { deleted, opened, resolved } = decided;
  /** What was open already, by the id that it would have had. Whom that concerned was told then. */
  const found = new Map<string, string>();
  for (const alert of opened) {
    const [row] = await runner.run(insertAlert, alert);
    if (row !== undefined && row.id !== alert.id) found.set(alert.id, row.id);
  }
  const told = decided.told.filter(({ id }) => !found.has(id));
  const written = decided.written.map((watch) => {
    const alertId = watch.alertId === null ? undefined : found.get(watch.alertId);
    return alertId === undefined ? watch : { ...watch, alertId };
  });
  const added: NoticedRoute[] = [];
  if (told.length > 0) added.push(...(await runner.run(insertOpenedNotices, { alerts: told })));
  if (resolved.length > 0) {
    await runner.run(resolveAlerts, { alerts: resolved, atMs: nowMs });
    await runner.run(dropEarlyNotices, { alerts: resolved, nowMs });
    added.push(...(await runner.run(insertResolvedNotices, { alerts: resolved })));
  }
  if (written.length > 0) await runner.run(writeAlertWatches, { watches: written });
  if (deleted.length > 0) await runner.run(deleteAlertWatches, { watches: deleted });
  if (added.length === 0) return [];
  const routes = [...new Map(added.map((route) => [route.route_id, route])).values()];
  return runner.run(dropExcessNotices, {
    ...{ routes, keep: MOST_WAITING, limit: MOST_DROPPED, error: TOO_MANY_WAITED },
  });
}
