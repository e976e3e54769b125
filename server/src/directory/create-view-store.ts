import type { Database } from '../database/database.ts';
import type { Act } from '../model/act.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { deleteView } from '../sql/delete-view.ts';
import { insertView } from '../sql/insert-view.ts';
import { lockAccount } from '../sql/lock-account.ts';
import { readView } from '../sql/read-view.ts';
import { readViews, type StoredView } from '../sql/read-views.ts';
import { updateView } from '../sql/update-view.ts';
import type { Audited } from './audit/changes-between.ts';
import { writeAudit } from './audit/write-audit.ts';
import { MAX_VIEWS, TooManyViews } from './too-many-views.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
}

/** What people choose of a saved view. */
export type ViewValues = Pick<StoredView, 'name' | 'screen' | 'search' | 'columns'>;

/** Reads and changes the saved views of an account. A change and its audit row commit together. */
export interface ViewStore {
  list(accountId: number): Promise<readonly StoredView[]>;
  find(accountId: number, id: string): Promise<StoredView | undefined>;
  /**
   * Rejects with what `check` throws for the other views of the account, and then changes nothing.
   *
   * @throws TooManyViews
   */
  create(accountId: number, values: ViewValues, act: Act, check: CheckOthers): Promise<StoredView>;
  /** Resolves to undefined when there is no such view. Rejects like `create`. */
  replace(
    accountId: number,
    id: string,
    values: ViewValues,
    act: Act,
    check: CheckOthers,
  ): Promise<StoredView | undefined>;
  /** Resolves to whether the view existed. */
  delete(accountId: number, id: string, act: Act): Promise<boolean>;
}

type CheckOthers = (others: readonly StoredView[]) => void;

/** Changes lock the account: two at once would otherwise exceed the limit, or save one name twice. */
export function createViewStore({ clock, database }: Parts): ViewStore {
  const stored = ({ name, screen, search, columns }: ViewValues, id: string): StoredView => ({
    id,
    name,
    screen,
    search,
    columns,
    updated_at: new Date(clock.now()),
  });

  return {
    list: (accountId) => database.run(readViews, accountId),

    find: async (accountId, id) => (await database.run(readView, { accountId, id }))[0],

    create: (accountId, values, act, check) =>
      database.transaction(async (runner) => {
        await runner.run(lockAccount, accountId);
        const others = await runner.run(readViews, accountId);
        if (others.length >= MAX_VIEWS) throw new TooManyViews();
        check(others);
        const view = stored(values, newId(clock.now()));
        await runner.run(insertView, rowOf(accountId, view));
        const target = { accountId, act, targetType: 'view', targetId: view.id } as const;
        await writeAudit(runner, clock, { ...target, after: audited(view) });
        return view;
      }),

    replace: (accountId, id, values, act, check) =>
      database.transaction(async (runner) => {
        await runner.run(lockAccount, accountId);
        const all = await runner.run(readViews, accountId);
        const before = all.find((view) => view.id === id);
        if (before === undefined) return undefined;
        check(all.filter((view) => view !== before));
        const view = stored(values, id);
        await runner.run(updateView, rowOf(accountId, view));
        const target = { accountId, act, targetType: 'view', targetId: id } as const;
        const change = { before: audited(before), after: audited(view) };
        await writeAudit(runner, clock, { ...target, ...change });
        return view;
      }),

    delete: (accountId, id, act) =>
      database.transaction(async (runner) => {
        await runner.run(lockAccount, accountId);
        const [before] = await runner.run(deleteView, { accountId, id });
        if (before === undefined) return false;
        const target = { accountId, act, targetType: 'view', targetId: id } as const;
        await writeAudit(runner, clock, { ...target, before: audited(before) });
        return true;
      }),
  };
}

function rowOf(accountId: number, { updated_at: updatedAt, ...view }: StoredView) {
  return { ...view, accountId, updatedMs: updatedAt.getTime() };
}

function audited({ name, screen, search, columns }: ViewValues): Audited {
  return { name, screen, search, columns };
}
