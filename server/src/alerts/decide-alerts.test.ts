import { describe, expect, it } from 'vitest';
import { ALERT_KINDS, type AlertKind, MOST_OPEN_OF_KIND } from '../model/alert.ts';
import { newId } from '../model/ids.ts';
import type { AlertMuteRow } from '../sql/read-alert-mutes.ts';
import type { AlertWatchRow } from '../sql/read-alert-watches.ts';
import { type AlertRuleSettings, alertRuleOf } from './alert-rule-of.ts';
import type { AlertRules, Condition } from './condition.ts';
import { type Decisions, decideAlerts } from './decide-alerts.ts';

const NOW_MS = Date.parse('2026-01-15T12:00:00Z');

const rulesOf = (settings: Partial<Record<AlertKind, AlertRuleSettings>> = {}): AlertRules => ({
  accountIds: [1, 2],
  of: (_, kind) => alertRuleOf(kind, settings[kind]),
  watched: () => [],
});
const job = (subject: string, more: Partial<Condition> = {}): Condition => ({
  accountId: 1,
  kind: 'job',
  subject,
  value: 1,
  facts: {},
  ...more,
});
const mute = (more: Partial<AlertMuteRow>): AlertMuteRow => ({
  ...{ account_id: 1, id: newId(NOW_MS), kind: null, webhook_id: null, until_at: null },
  ...{ created_at: new Date(NOW_MS), created_by: 'x' },
  ...more,
});
const decide = (more: Partial<Parameters<typeof decideAlerts>[0]>): Decisions =>
  decideAlerts({
    ...{ nowMs: NOW_MS, rules: rulesOf(), mutes: [], watches: [], conditions: [] },
    kinds: new Set(ALERT_KINDS),
    mostOpened: 1_000,
    newId: () => newId(NOW_MS),
    ...more,
  });
/** The watches after decisions, as they are stored. */
const stored = ({ written }: Decisions): AlertWatchRow[] =>
  written.map((one) => ({
    ...{ account_id: one.accountId, kind: one.kind, subject: one.subject },
    bad_since: new Date(one.badSinceMs),
    good_since: one.goodSinceMs === null ? null : new Date(one.goodSinceMs),
    alert_id: one.alertId,
  }));

describe('an evaluation', () => {
  it('opens what is bad, writes nothing while it stays so, and resolves it', () => {
    const first = decide({ conditions: [job('a')] });
    expect(first.opened).toMatchObject([{ kind: 'job', subject: 'a', severity: 'warning' }]);
    const watches = stored(first);
    const again = decide({ conditions: [job('a')], watches });
    expect(again).toEqual({ opened: [], told: [], resolved: [], written: [], deleted: [] });
    const last = decide({ watches });
    expect(last.resolved).toMatchObject([{ accountId: 1, id: first.opened[0]?.id }]);
    expect(last.deleted).toEqual([{ accountId: 1, kind: 'job', subject: 'a' }]);
  });

  it('leaves what was not read, and what is not known, as it is', () => {
    const watches = stored(decide({ conditions: [job('a')] }));
    const nothing = { opened: [], told: [], resolved: [], written: [], deleted: [] };
    expect(decide({ watches, kinds: new Set(['gap']) })).toEqual(nothing);
    expect(decide({ watches, conditions: [job('a', { value: Number.NaN })] })).toEqual(nothing);
  });

  it('compares with the threshold: from it on, or up to it', () => {
    const conditions: Condition[] = [
      job('over', { kind: 'backlog', value: 900, sinceMs: 0 }),
      job('under', { kind: 'backlog', value: 899, sinceMs: 0 }),
      job('soon', { kind: 'certificate', value: 14 }),
      job('later', { kind: 'certificate', value: 14.1 }),
    ];
    const { opened } = decide({ conditions });
    expect(opened.map(({ subject }) => subject)).toEqual(['over', 'soon']);
    const rules = rulesOf({ backlog: { threshold: 800, severity: 'critical' } });
    expect(decide({ conditions, rules }).opened).toMatchObject([
      { subject: 'over', severity: 'critical', threshold: 800 },
      { subject: 'under' },
      { subject: 'soon' },
    ]);
  });

  it('ends the alerts of a rule that is switched off, and of an account that is suspended', () => {
    const watches = stored(
      decide({ conditions: [job('a', { kind: 'breaker', value: 700 }), job('b')] }),
    );
    expect(watches).toHaveLength(2);
    const conditions = [job('a', { kind: 'breaker', value: 700 }), job('b')];
    const rules = rulesOf({ breaker: { enabled: false } });
    expect(decide({ watches, conditions, rules }).deleted).toMatchObject([{ subject: 'a' }]);
    const suspended = { ...rulesOf(), accountIds: [2] };
    expect(decide({ watches, conditions, rules: suspended }).deleted).toMatchObject([
      { subject: 'b' },
    ]);
  });

  it.each([
    ['of the kind', { kind: 'job' as const }, true],
    ['of the webhook', { webhook_id: 'w' }, true],
    ['of both', { kind: 'job' as const, webhook_id: 'w' }, true],
    ['of another kind', { kind: 'gap' as const }, false],
    ['of another webhook', { webhook_id: 'v' }, false],
    ['of another account', { account_id: 2, kind: 'job' as const }, false],
    ['that is over', { kind: 'job' as const, until_at: new Date(NOW_MS) }, false],
    ['that is not over', { kind: 'job' as const, until_at: new Date(NOW_MS + 1) }, true],
  ])('with a mute %s tells nobody: %j %s', (_, one, isMuted) => {
    const conditions = [job('a', { webhookId: 'w' })];
    const { opened, told } = decide({ conditions, mutes: [mute(one)] });
    expect([opened[0]?.muted, told.length]).toEqual([isMuted, isMuted ? 0 : 1]);
  });

  it('tells of it at the end of quiet hours', () => {
    const quietHours = {
      ...{ timeZone: 'UTC', from: '11:00', to: '13:00', days: ['thu' as const] },
      exceptCritical: true,
    };
    const rules = rulesOf({ job: { quietHours } });
    const { told } = decide({ conditions: [job('a')], rules });
    expect(told).toMatchObject([{ dueMs: NOW_MS + 3_600_000 }]);
  });

  it('has a bounded number of each kind and account, and keeps those that are open', () => {
    const many = Array.from({ length: MOST_OPEN_OF_KIND + 50 }, (_, n) => job(`many ${n}`));
    const first = decide({ conditions: [...many, job('other', { accountId: 2 })] });
    expect(first.opened).toHaveLength(MOST_OPEN_OF_KIND + 1);
    expect(first.opened.at(-1)).toMatchObject({ accountId: 2 });
    // Others are worse now.
    const worse = Array.from({ length: 50 }, (_, n) => job(`worse ${n}`, { value: 9 }));
    const next = decide({ conditions: [...worse, ...many], watches: stored(first) });
    expect(next.opened).toEqual([]);
    expect(next.resolved).toMatchObject([{ accountId: 2 }]);
  });

  it('opens only so many at once, and the others the next time', () => {
    const conditions = ['a', 'b', 'c'].map((subject) => job(subject));
    const first = decide({ conditions, mostOpened: 2 });
    expect(first.opened).toHaveLength(2);
    const next = decide({ conditions, mostOpened: 2, watches: stored(first) });
    expect(next.opened).toMatchObject([{ subject: 'c', startedMs: NOW_MS }]);
  });
});
