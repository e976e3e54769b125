import type { Database, Runner } from '../database/database.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import type { SearchKey } from '../model/search-key.ts';
import { newToken } from '../secrets/new-token.ts';
import { tokenHash } from '../secrets/token-hash.ts';
import { countTokens } from '../sql/count-tokens.ts';
import { deleteToken } from '../sql/delete-token.ts';
import { insertAccount } from '../sql/insert-account.ts';
import { insertToken } from '../sql/insert-token.ts';
import { lockAccount } from '../sql/lock-account.ts';
import { lockAccounts } from '../sql/lock-accounts.ts';
import { notify } from '../sql/notify.ts';
import type { StoredAccount } from '../sql/read-accounts.ts';
import type { StoredToken } from '../sql/read-tokens.ts';
import { updateAccount } from '../sql/update-account.ts';
import type { AccessStore } from './access-store.ts';
import type { Audited } from './audit/changes-between.ts';
import { writeAudit } from './audit/write-audit.ts';
import type { DirectoryCache } from './create-directory.ts';
import { LastOperatorToken } from './last-operator-token.ts';
import { searchKeysOf } from './search-keys-of.ts';
import { MAX_TOKENS, TooManyTokens } from './too-many-tokens.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly directory: DirectoryCache;
}

/**
 * Each change, its audit row and its notification commit in one transaction; then this node's
 * directory reloads. Changes of one account and its tokens run one at a time under a lock,
 * otherwise two requests could each revoke one of the last two operator tokens.
 */
export function createAccessStore({ clock, database, directory }: Parts): AccessStore {
  /** Runs a change. `work` returns undefined when there is nothing to change. */
  async function change<T>(work: (runner: Runner) => Promise<T | undefined>) {
    const changed = await database.transaction(async (runner) => {
      const result = await work(runner);
      if (result !== undefined) {
        await runner.run(notify, { channel: 'hooktrail_access', payload: '' });
      }
      return result;
    });
    if (changed !== undefined) await directory.refreshAccess();
    return changed;
  }

  return {
    async createAccount(values, act) {
      const made = await change(async (runner) => {
        await runner.run(lockAccounts, undefined);
        const [account] = (await runner.run(insertAccount, values)) as [StoredAccount];
        await writeAudit(runner, clock, { ...about(account, act), after: auditedAccount(account) });
        return account;
      });
      return made as StoredAccount;
    },

    updateAccount: (id, act, changeOf) =>
      change(async (runner) => {
        const [current] = await runner.run(lockAccount, id);
        if (current === undefined) return undefined;
        const keys = searchKeysOf(current);
        const changed = changeOf({
          id,
          name: current.name,
          profile: current.profile,
          suspendedAt: current.suspended_at ?? undefined,
          keys,
        });
        const { name, profile, suspendedAt } = changed;
        const account = {
          ...current,
          name,
          profile,
          suspended_at: suspendedAt ?? null,
          search_keys: changed.keys === keys ? current.search_keys : storedKeys(changed.keys),
        };
        await runner.run(updateAccount, account);
        await writeAudit(runner, clock, {
          ...about(account, act),
          before: { ...auditedAccount(current), keys: namesOf(keys) },
          after: { ...auditedAccount(account), keys: namesOf(changed.keys) },
        });
        return account;
      }),

    createToken: ({ accountId, name, role }, act) =>
      change(async (runner) => {
        const [account] = await runner.run(lockAccount, accountId);
        if (account === undefined) return undefined;
        const [count] = await runner.run(countTokens, accountId);
        if ((count?.tokens ?? 0) >= MAX_TOKENS) throw new TooManyTokens();
        const secret = newToken();
        const [token] = (await runner.run(insertToken, {
          id: newId(clock.now()),
          accountId,
          name,
          role,
          hash: tokenHash(secret),
          createdBy: nameOf(act, accountId),
        })) as [StoredToken];
        await writeAudit(runner, clock, { ...ofToken(token, act), after: auditedToken(token) });
        return { token, secret };
      }),

    async revokeToken(accountId, id, act, check) {
      const revoked = await change(async (runner) => {
        await runner.run(lockAccount, accountId);
        const [token] = await runner.run(deleteToken, { accountId, id });
        if (token === undefined) return undefined;
        check(token);
        if (token.role === 'operator') {
          const [left] = await runner.run(countTokens, accountId);
          if (left?.operators === 0) throw new LastOperatorToken();
        }
        await writeAudit(runner, clock, { ...ofToken(token, act), before: auditedToken(token) });
        return token;
      });
      // An earlier call may have revoked it, and failed to reload: this node must not go on accepting it.
      if (revoked === undefined) await directory.refreshAccess();
      return revoked !== undefined;
    },
  };
}

function about({ id }: { readonly id: number }, act: Act) {
  return { accountId: id, act, targetType: 'account', targetId: String(id) } as const;
}

function ofToken({ id, account_id: accountId }: StoredToken, act: Act) {
  return { accountId, act, targetType: 'token', targetId: id } as const;
}

function auditedAccount({ name, profile, suspended_at: suspendedAt }: StoredAccount): Audited {
  return { name, profile, suspended_at: suspendedAt?.toISOString() };
}

const namesOf = (keys: readonly SearchKey[]) => keys.map(({ name }) => name);

function storedKeys(keys: readonly SearchKey[]): StoredAccount['search_keys'] {
  return keys.map(({ name, sinceMs }) => ({ key: name, since: new Date(sinceMs).toISOString() }));
}

function auditedToken({ name, role }: StoredToken): Audited {
  return { name, role };
}

/** Names the author as the account may see it: never the id of another account's token. */
function nameOf({ by }: Act, accountId: number): string {
  if (by === undefined) return 'hooktrail';
  return by.accountId === accountId ? by.tokenId : 'operator';
}
