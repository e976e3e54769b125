import type { Database, Runner } from '../database/database.ts';
import { type Audited, Hidden } from '../directory/audit/changes-between.ts';
import { writeAudit } from '../directory/audit/write-audit.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { MOST_SOURCES, type SourceCredentials } from '../model/source.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { deleteSource } from '../sql/delete-source.ts';
import { insertSource } from '../sql/insert-source.ts';
import { lockAccount } from '../sql/lock-account.ts';
import type { SourceRow } from '../sql/parts/source-row.ts';
import type { SourceSettingsRow } from '../sql/parts/source-settings.ts';
import { pollSource } from '../sql/poll-source.ts';
import { readAccountSources, readSource, type SourceSums } from '../sql/read-account-sources.ts';
import { updateSource } from '../sql/update-source.ts';
import type { SourceSettings } from './source-settings.ts';
import { TooManySources } from './too-many-sources.ts';

/** A source with what its webhooks sum up to. */
export type StoredSource = SourceRow & SourceSums;

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly secrets: SecretBox;
  /** Called after a change: there is something to ask. */
  readonly wake: () => void;
  /** Called after a deletion: there are rows to remove. */
  readonly wakeKeeper: () => void;
}

/** Rejects with what `check` throws for the other sources of the account, and then changes nothing. */
type CheckOthers = (others: readonly StoredSource[]) => void;

/** Reads and changes sources. A change and its audit row commit together. */
export interface SourceStore {
  list(accountId: number): Promise<readonly StoredSource[]>;
  find(accountId: number, id: string): Promise<StoredSource | undefined>;
  /** What people chose of a stored one. */
  settingsOf(source: StoredSource): SourceSettings;
  /** @throws TooManySources */
  create(
    accountId: number,
    settings: SourceSettings,
    act: Act,
    check: CheckOthers,
  ): Promise<string>;
  /** Resolves to false when there is no such source. */
  change(
    accountId: number,
    id: string,
    changeOf: (settings: SourceSettings) => SourceSettings,
    act: Act,
    check: CheckOthers,
  ): Promise<boolean>;
  /** Pauses or resumes; false when there is no such source. */
  setPaused(accountId: number, id: string, paused: boolean, act: Act): Promise<boolean>;
  /** Makes its polls due now; false when there is no such source. */
  poll(accountId: number, id: string, act: Act): Promise<boolean>;
  /** Resolves to whether it existed. */
  delete(accountId: number, id: string, act: Act): Promise<boolean>;
}

/** Changes lock the account: two at once would otherwise exceed the limit, or save one name twice. */
export function createSourceStore(parts: Parts): SourceStore {
  const { clock, database, secrets, wake, wakeKeeper } = parts;

  const rowOf = (settings: SourceSettings, pausedAtMs: number | null): SourceSettingsRow => {
    const { bodiesEvery, credentials, keepMonths, masking, onlyWebhooks, resendSecrets } = settings;
    const { baseUrl, bodies, budgetShare, name, resend } = settings;
    return {
      name,
      baseUrl,
      credentials: secrets.seal(JSON.stringify(credentials)),
      login: 'email' in credentials ? credentials.email : null,
      onlyWebhooks: onlyWebhooks ?? null,
      bodies,
      bodiesEvery: bodiesEvery ?? null,
      budgetShare,
      keepMonths: keepMonths ?? null,
      masking: masking.enabled,
      maskedHeaders: masking.headers,
      maskedFields: masking.fields,
      resend,
      resendSecrets:
        resendSecrets === undefined ? null : secrets.seal(JSON.stringify(resendSecrets)),
      pausedAtMs,
      updatedAtMs: clock.now(),
    };
  };

  const settingsOf = (row: SourceRow): SourceSettings => ({
    name: row.name,
    baseUrl: row.base_url ?? '',
    credentials:
      row.credentials === null
        ? { accessToken: '' }
        : (JSON.parse(secrets.open(row.credentials)) as SourceCredentials),
    onlyWebhooks: row.only_webhooks ?? undefined,
    bodies: row.bodies,
    bodiesEvery: row.bodies_every ?? undefined,
    budgetShare: row.budget_share,
    keepMonths: row.keep_months ?? undefined,
    masking: { enabled: row.masking, headers: row.masked_headers, fields: row.masked_fields },
    resend: row.resend,
    resendSecrets:
      row.resend_secrets === null
        ? undefined
        : (JSON.parse(secrets.open(row.resend_secrets)) as Record<string, string>),
  });

  /** Runs `work` with the sources of an account, while nobody else changes them. */
  const locked = <Result>(
    accountId: number,
    work: (runner: Runner, sources: readonly StoredSource[]) => Promise<Result>,
  ): Promise<Result> =>
    database.transaction(async (runner) => {
      await runner.run(lockAccount, accountId);
      return work(runner, await runner.run(readAccountSources, accountId));
    });

  return {
    settingsOf,

    list: (accountId) => database.run(readAccountSources, accountId),

    find: async (accountId, id) => (await database.run(readSource, { accountId, id }))[0],

    async create(accountId, settings, act, check) {
      const id = newId(clock.now());
      await locked(accountId, async (runner, others) => {
        if (others.length >= MOST_SOURCES) throw new TooManySources();
        check(others);
        const row = { ...rowOf(settings, null), updatedAtMs: null };
        await runner.run(insertSource, { id, accountId, ...row });
        const target = { accountId, act, targetType: 'source', targetId: id } as const;
        await writeAudit(runner, clock, { ...target, after: audited(settings) });
      });
      wake();
      return id;
    },

    async change(accountId, id, changeOf, act, check) {
      const changed = await locked(accountId, async (runner, all) => {
        const row = all.find((one) => one.id === id);
        if (row === undefined) return false;
        const before = settingsOf(row);
        const after = changeOf(before);
        check(all.filter((one) => one !== row));
        const pausedAtMs = row.paused_at?.getTime() ?? null;
        await runner.run(updateSource, { id, accountId, ...rowOf(after, pausedAtMs) });
        const target = { accountId, act, targetType: 'source', targetId: id } as const;
        const change = { before: audited(before), after: audited(after) };
        await writeAudit(runner, clock, { ...target, ...change });
        return true;
      });
      if (changed) wake();
      // A shorter retention removes rows.
      if (changed) wakeKeeper();
      return changed;
    },

    async setPaused(accountId, id, paused, act) {
      const changed = await locked(accountId, async (runner, all) => {
        const row = all.find((one) => one.id === id);
        if (row === undefined) return false;
        if ((row.paused_at !== null) === paused) return true;
        const pausedAtMs = paused ? clock.now() : null;
        await runner.run(updateSource, { id, accountId, ...rowOf(settingsOf(row), pausedAtMs) });
        const target = { accountId, act, targetType: 'source', targetId: id } as const;
        const change = { before: { paused: !paused }, after: { paused } };
        await writeAudit(runner, clock, { ...target, ...change });
        return true;
      });
      if (changed) wake();
      return changed;
    },

    async poll(accountId, id, act) {
      const asked = await database.transaction(async (runner) => {
        const [row] = await runner.run(pollSource, { accountId, id });
        if (row === undefined) return false;
        const target = { accountId, act, targetType: 'source', targetId: id } as const;
        await writeAudit(runner, clock, target);
        return true;
      });
      if (asked) wake();
      return asked;
    },

    async delete(accountId, id, act) {
      const deleted = await locked(accountId, async (runner, all) => {
        const row = all.find((one) => one.id === id);
        if (row === undefined) return false;
        await runner.run(deleteSource, { accountId, id, name: `${row.name} (deleted ${id})` });
        const target = { accountId, act, targetType: 'source', targetId: id } as const;
        await writeAudit(runner, clock, { ...target, before: audited(settingsOf(row)) });
        return true;
      });
      if (deleted) wakeKeeper();
      return deleted;
    },
  };
}

function audited(settings: SourceSettings): Audited {
  const { credentials, masking, resendSecrets } = settings;
  return {
    name: settings.name,
    base_url: settings.baseUrl,
    credentials: 'email' in credentials ? { email: credentials.email } : { type: 'access_token' },
    'credentials secret': new Hidden(credentials),
    webhooks: settings.onlyWebhooks,
    bodies: { policy: settings.bodies, every: settings.bodiesEvery },
    budget_share: settings.budgetShare,
    keep_months: settings.keepMonths,
    masking,
    resend_secrets: settings.resend,
    ...(resendSecrets !== undefined && { 'signing secrets': new Hidden(resendSecrets) }),
  };
}
