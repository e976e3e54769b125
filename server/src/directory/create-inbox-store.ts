import type { Database, Runner } from '../database/database.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import type { Inbox } from '../model/inbox.ts';
import { newInboxToken } from '../secrets/new-inbox-token.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { tokenHash } from '../secrets/token-hash.ts';
import { deleteInbox } from '../sql/delete-inbox.ts';
import { insertInbox } from '../sql/insert-inbox.ts';
import { lockAccount } from '../sql/lock-account.ts';
import { notify } from '../sql/notify.ts';
import { type InboxRow, readInboxes } from '../sql/read-inboxes.ts';
import { updateInbox } from '../sql/update-inbox.ts';
import { type Audited, Hidden } from './audit/changes-between.ts';
import { writeAudit } from './audit/write-audit.ts';
import { inboxFromRow } from './convert-inbox.ts';
import type { DirectoryCache } from './create-directory.ts';
import type { InboxStore, InboxValues } from './inbox-store.ts';
import { MAX_INBOXES, TooManyInboxes } from './too-many-inboxes.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: Pick<DirectoryCache, 'refreshAccess'>;
  readonly secrets: SecretBox;
}

/** What of a row its owner chooses. */
type Chosen = Pick<
  InboxRow,
  'name' | 'scheme' | 'secrets' | 'tolerance_seconds' | 'default_type' | 'type_header' | 'id_header'
>;

/** Changes lock the account: two at once would otherwise exceed the limit, or undo one another. */
export function createInboxStore({ clock, database, directory, secrets }: Parts): InboxStore {
  const opened = (row: InboxRow): Inbox => inboxFromRow(row, secrets);

  const chosen = (values: InboxValues): Chosen => ({
    name: values.name,
    scheme: values.scheme,
    secrets: secrets.seal(JSON.stringify(values.secrets)),
    tolerance_seconds: values.toleranceSeconds,
    default_type: values.defaultType,
    type_header: values.typeHeader ?? null,
    id_header: values.idHeader ?? null,
  });

  const audited = (row: InboxRow): Audited => ({
    name: row.name,
    scheme: row.scheme,
    secrets: new Hidden(opened(row).secrets),
    tolerance_seconds: row.tolerance_seconds,
    default_type: row.default_type,
    type_header: row.type_header ?? undefined,
    id_header: row.id_header ?? undefined,
    token: new Hidden(row.token_hash.toString('hex')),
    previous_until: row.previous_until?.toISOString(),
  });

  /** Runs a change of an account's inboxes; `work` returns undefined when there is nothing to change. */
  async function change<T>(
    accountId: number,
    work: (runner: Runner, rows: readonly InboxRow[]) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const changed = await database.transaction(async (runner) => {
      await runner.run(lockAccount, accountId);
      const result = await work(runner, await runner.run(readInboxes, accountId));
      if (result !== undefined) {
        await runner.run(notify, { channel: 'hooktrail_access', payload: '' });
      }
      return result;
    });
    if (changed !== undefined) await directory.refreshAccess();
    return changed;
  }

  /** Replaces the row of an inbox. */
  function replace(
    accountId: number,
    id: string,
    act: Act,
    next: (row: InboxRow, others: readonly InboxRow[]) => InboxRow,
  ): Promise<InboxRow | undefined> {
    return change(accountId, async (runner, rows) => {
      const before = rows.find((row) => row.id === id);
      if (before === undefined) return undefined;
      const others = rows.filter((row) => row !== before);
      const after = { ...next(before, others), updated_at: new Date(clock.now()) };
      await runner.run(updateInbox, after);
      const target = { accountId, act, targetType: 'inbox', targetId: id } as const;
      await writeAudit(runner, clock, {
        ...target,
        before: audited(before),
        after: audited(after),
      });
      return after;
    });
  }

  return {
    list: async (accountId) => (await database.run(readInboxes, accountId)).map(opened),

    find: async (accountId, id) => {
      const row = (await database.run(readInboxes, accountId)).find((each) => each.id === id);
      return row && opened(row);
    },

    async create(accountId, values, act, check) {
      const token = newInboxToken();
      const row = await change(accountId, async (runner, rows) => {
        if (rows.length >= MAX_INBOXES) throw new TooManyInboxes();
        check(values, rows.map(opened));
        const nowMs = clock.now();
        const made: InboxRow = {
          ...chosen(values),
          id: newId(nowMs),
          account_id: accountId,
          token_hash: tokenHash(token),
          previous_hash: null,
          previous_until: null,
          updated_at: new Date(nowMs),
        };
        await runner.run(insertInbox, made);
        const target = { accountId, act, targetType: 'inbox', targetId: made.id } as const;
        await writeAudit(runner, clock, { ...target, after: audited(made) });
        return made;
      });
      return { inbox: opened(row as InboxRow), token };
    },

    async update(accountId, id, act, changeOf, check) {
      const row = await replace(accountId, id, act, (current, others) => {
        const values = changeOf(opened(current));
        check(values, others.map(opened));
        return { ...current, ...chosen(values) };
      });
      return row && opened(row);
    },

    async rotate(accountId, id, act, graceMs) {
      const token = newInboxToken();
      const row = await replace(accountId, id, act, (current) => ({
        ...current,
        token_hash: tokenHash(token),
        previous_hash: graceMs === 0 ? null : current.token_hash,
        previous_until: graceMs === 0 ? null : new Date(clock.now() + graceMs),
      }));
      return row && { inbox: opened(row), token };
    },

    async delete(accountId, id, act) {
      const deleted = await change(accountId, async (runner, rows) => {
        const row = rows.find((each) => each.id === id);
        if (row === undefined) return undefined;
        await runner.run(deleteInbox, { accountId, id });
        const target = { accountId, act, targetType: 'inbox', targetId: id } as const;
        await writeAudit(runner, clock, { ...target, before: audited(row) });
        return true;
      });
      // An earlier call may have deleted it, and failed to reload: this node must not go on accepting for it.
      if (deleted === undefined) await directory.refreshAccess();
      return deleted === true;
    },
  };
}
