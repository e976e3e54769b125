import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../database/database.ts';
import { writeAudit } from '../directory/audit/write-audit.ts';
import type { Act } from '../model/act.ts';
import { type AlertKind, type AlertRule, MOST_ALERT_MUTES } from '../model/alert.ts';
import { ALERT_TRAITS } from '../model/alert-kinds.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { acknowledgeAlert } from '../sql/acknowledge-alert.ts';
import { deleteAlertMute } from '../sql/delete-alert-mute.ts';
import { insertAlertMute } from '../sql/insert-alert-mute.ts';
import { lockAccount } from '../sql/lock-account.ts';
import type { AlertRow } from '../sql/parts/alert-row.ts';
import { readAlert } from '../sql/read-alert.ts';
import { type AlertMuteRow, readAlertMutes } from '../sql/read-alert-mutes.ts';
import { readAlertRules } from '../sql/read-alert-rules.ts';
import { writeAlertRule } from '../sql/write-alert-rule.ts';
import { type AlertRuleSettings, alertRuleOf } from './alert-rule-of.ts';
import { TooManyAlertMutes } from './too-many-alert-mutes.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
}

/** A rule of an account, and whether it has the defaults. */
export interface KnownAlertRule {
  readonly kind: AlertKind;
  readonly rule: AlertRule;
  readonly isDefault: boolean;
}

/** What people choose of a mute; undefined: all, and for ever. */
export interface MuteValues {
  readonly kind: AlertKind | undefined;
  readonly webhookId: string | undefined;
  readonly untilMs: number | undefined;
}

/** Members of a rule to change; null: back to the default. */
export type AlertRuleChange = {
  readonly [Key in keyof AlertRule]?: AlertRule[Key] | null | undefined;
};

/** Reads and changes rules, mutes and alerts of an account. A change and its audit row commit together. */
export interface AlertStore {
  /** The rules of all kinds. */
  rules(accountId: number): Promise<readonly KnownAlertRule[]>;
  changeRule(
    accountId: number,
    kind: AlertKind,
    change: AlertRuleChange,
    act: Act,
  ): Promise<KnownAlertRule>;
  /** Newest first. */
  mutes(accountId: number): Promise<readonly AlertMuteRow[]>;
  /** @throws TooManyAlertMutes */
  mute(accountId: number, values: MuteValues, act: Act): Promise<AlertMuteRow>;
  /** Resolves to whether the mute existed. */
  unmute(accountId: number, id: string, act: Act): Promise<boolean>;
  /**
   * Says who looks after an alert; the first one stays. Resolves to undefined when there is no such alert.
   */
  acknowledge(
    accountId: number,
    id: string,
    note: string | undefined,
    act: Act,
  ): Promise<AlertRow | undefined>;
}

/** Changes lock the account: two at once would otherwise exceed a limit, or lose a change. */
export function createAlertStore({ clock, database }: Parts): AlertStore {
  const known = (kind: AlertKind, settings: unknown): KnownAlertRule => {
    const stored = (settings ?? {}) as AlertRuleSettings;
    const isDefault = Object.keys(stored).length === 0;
    return { kind, rule: alertRuleOf(kind, stored), isDefault };
  };

  return {
    async rules(accountId) {
      const rows = await database.run(readAlertRules, accountId);
      const settings = new Map(rows.map((row) => [row.kind, row.settings]));
      return (Object.keys(ALERT_TRAITS) as AlertKind[]).map((kind) =>
        known(kind, settings.get(kind)),
      );
    },

    changeRule: (accountId, kind, change, act) =>
      database.transaction(async (runner) => {
        await runner.run(lockAccount, accountId);
        const rows = await runner.run(readAlertRules, accountId);
        const stored = rows.find((row) => row.kind === kind)?.settings;
        const before = known(kind, stored).rule;
        const settings = changedSettings(kind, stored as AlertRuleSettings | undefined, change);
        const after = known(kind, settings);
        if (isDeepStrictEqual(before, after.rule)) return after;
        await runner.run(writeAlertRule, { accountId, kind, settings, changedMs: clock.now() });
        const target = { accountId, act, targetType: 'alert_rule', targetId: kind } as const;
        await writeAudit(runner, clock, {
          ...target,
          before: { ...before },
          after: { ...after.rule },
        });
        return after;
      }),

    mutes: (accountId) => database.run(readAlertMutes, accountId),

    mute: (accountId, { kind, untilMs, webhookId }, act) =>
      database.transaction(async (runner) => {
        await runner.run(lockAccount, accountId);
        const others = await runner.run(readAlertMutes, accountId);
        if (others.length >= MOST_ALERT_MUTES) throw new TooManyAlertMutes();
        const nowMs = clock.now();
        const row: AlertMuteRow = {
          account_id: accountId,
          id: newId(nowMs),
          kind: kind ?? null,
          webhook_id: webhookId ?? null,
          until_at: untilMs === undefined ? null : new Date(untilMs),
          created_at: new Date(nowMs),
          created_by: act.by?.tokenId ?? 'hooktrail',
        };
        await runner.run(insertAlertMute, row);
        const target = { accountId, act, targetType: 'alert_mute', targetId: row.id } as const;
        await writeAudit(runner, clock, { ...target, after: auditedMute(row) });
        return row;
      }),

    unmute: (accountId, id, act) =>
      database.transaction(async (runner) => {
        await runner.run(lockAccount, accountId);
        const [before] = await runner.run(deleteAlertMute, { accountId, id });
        if (before === undefined) return false;
        const target = { accountId, act, targetType: 'alert_mute', targetId: id } as const;
        await writeAudit(runner, clock, { ...target, before: auditedMute(before) });
        return true;
      }),

    acknowledge: (accountId, id, note, act) =>
      database.transaction(async (runner) => {
        const [acknowledged] = await runner.run(acknowledgeAlert, {
          accountId,
          id,
          atMs: clock.now(),
          by: act.by?.tokenId ?? 'hooktrail',
          note: note ?? null,
        });
        // Somebody was first, or there is none.
        if (acknowledged === undefined) return (await runner.run(readAlert, { accountId, id }))[0];
        const target = { accountId, act, targetType: 'alert', targetId: id } as const;
        await writeAudit(runner, clock, { ...target, after: { acknowledged: true, note } });
        return acknowledged;
      }),
  };
}

/** What is stored after a change: only what differs from the defaults. */
function changedSettings(
  kind: AlertKind,
  stored: AlertRuleSettings | undefined,
  change: AlertRuleChange,
): AlertRuleSettings {
  const defaults: Readonly<Record<string, unknown>> = { ...ALERT_TRAITS[kind].defaults };
  const settings: Record<string, unknown> = { ...stored };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (value === null || isDeepStrictEqual(value, defaults[key])) delete settings[key];
    else settings[key] = value;
  }
  return settings;
}

const auditedMute = ({ kind, until_at: until, webhook_id: webhookId }: AlertMuteRow) => ({
  kind: kind ?? undefined,
  webhook_id: webhookId ?? undefined,
  until: until?.toISOString(),
});
