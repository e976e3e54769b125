import type { Database, Runner } from '../../database/database.ts';
import { type Audited, Hidden } from '../../directory/audit/changes-between.ts';
import { writeAudit } from '../../directory/audit/write-audit.ts';
import type { Act } from '../../model/act.ts';
import { MOST_ALERT_ROUTES } from '../../model/alert.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { deleteAlertRoute, deleteRouteNotices } from '../../sql/delete-alert-route.ts';
import { insertAlertRoute } from '../../sql/insert-alert-route.ts';
import { lockAccount } from '../../sql/lock-account.ts';
import type { AlertRouteRow } from '../../sql/parts/alert-route-row.ts';
import { readAlertRoutes } from '../../sql/read-alert-routes.ts';
import { updateAlertRoute } from '../../sql/update-alert-route.ts';
import { openTarget } from './open-target.ts';
import type { AlertRoute, RouteValues } from './route-values.ts';
import { TooManyAlertRoutes } from './too-many-alert-routes.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly secrets: SecretBox;
}

/** Throws what is wrong with the values beside the other routes of the account. */
type CheckRoute = (values: RouteValues, others: readonly AlertRoute[]) => void;

/**
 * Reads and changes the routes of alerts of an account. A change and its audit row commit together. A promise rejects
 * with what `check` or `change` throws, and then nothing is changed. It resolves to undefined when there is no such
 * route.
 */
export interface RouteStore {
  list(accountId: number): Promise<readonly AlertRoute[]>;
  find(accountId: number, id: string): Promise<AlertRoute | undefined>;
  /** The webhooks that routes lead to, also those that are switched off. */
  webhookIds(accountId: number): Promise<readonly string[]>;
  /** @throws TooManyAlertRoutes */
  create(accountId: number, values: RouteValues, act: Act, check: CheckRoute): Promise<AlertRoute>;
  change(
    accountId: number,
    id: string,
    act: Act,
    changeOf: (current: AlertRoute) => RouteValues,
    check: CheckRoute,
  ): Promise<AlertRoute | undefined>;
  /** Deletes it with its notices. Resolves to whether it existed. */
  delete(accountId: number, id: string, act: Act): Promise<boolean>;
}

/** Changes lock the account: two at once would otherwise exceed the limit, or save one name twice. */
export function createRouteStore({ clock, database, secrets }: Parts): RouteStore {
  const opened = (row: AlertRouteRow): AlertRoute => ({
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    enabled: row.enabled,
    target: openTarget(secrets, row.target),
    kinds: row.kinds ?? undefined,
    minimumSeverity: row.minimum_severity,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    lastSentAt: row.last_sent_at ?? undefined,
    lastError: row.last_error ?? undefined,
  });

  const rowOf = (route: AlertRoute): AlertRouteRow => ({
    account_id: route.accountId,
    id: route.id,
    name: route.name,
    kind: route.target.kind,
    enabled: route.enabled,
    target: secrets.seal(JSON.stringify(route.target)),
    kinds: route.kinds ?? null,
    minimum_severity: route.minimumSeverity,
    created_at: route.createdAt,
    changed_at: route.changedAt,
    last_sent_at: route.lastSentAt ?? null,
    last_error: route.lastError ?? null,
  });

  /** Runs `work` with the routes of an account, while nobody else changes them. */
  const locked = <Result>(
    accountId: number,
    work: (runner: Runner, routes: readonly AlertRoute[]) => Promise<Result>,
  ): Promise<Result> =>
    database.transaction(async (runner) => {
      await runner.run(lockAccount, accountId);
      return work(runner, (await runner.run(readAlertRoutes, accountId)).map(opened));
    });

  const list = async (accountId: number) =>
    (await database.run(readAlertRoutes, accountId)).map(opened);

  return {
    list,

    find: async (accountId, id) => (await list(accountId)).find((route) => route.id === id),

    webhookIds: async (accountId) =>
      (await list(accountId)).flatMap(({ target }) =>
        target.kind === 'webhook' ? [target.webhookId] : [],
      ),

    create: (accountId, values, act, check) =>
      locked(accountId, async (runner, others) => {
        if (others.length >= MOST_ALERT_ROUTES) throw new TooManyAlertRoutes();
        check(values, others);
        const now = new Date(clock.now());
        const route: AlertRoute = {
          ...values,
          id: newId(clock.now()),
          accountId,
          createdAt: now,
          changedAt: now,
          lastSentAt: undefined,
          lastError: undefined,
        };
        await runner.run(insertAlertRoute, rowOf(route));
        const target = { accountId, act, targetType: 'alert_route', targetId: route.id } as const;
        await writeAudit(runner, clock, { ...target, after: audited(route) });
        return route;
      }),

    change: (accountId, id, act, changeOf, check) =>
      locked(accountId, async (runner, all) => {
        const before = all.find((route) => route.id === id);
        if (before === undefined) return undefined;
        const values = changeOf(before);
        check(
          values,
          all.filter((route) => route !== before),
        );
        const now = new Date(clock.now());
        // What failed before says nothing of where it leads now.
        const after = { ...before, ...values, changedAt: now, lastError: undefined };
        await runner.run(updateAlertRoute, rowOf(after));
        const target = { accountId, act, targetType: 'alert_route', targetId: id } as const;
        const change = { before: audited(before), after: audited(after) };
        await writeAudit(runner, clock, { ...target, ...change });
        return after;
      }),

    delete: (accountId, id, act) =>
      locked(accountId, async (runner, all) => {
        const route = all.find((one) => one.id === id);
        if (route === undefined) return false;
        await runner.run(deleteRouteNotices, { accountId, id });
        await runner.run(deleteAlertRoute, { accountId, id });
        const target = { accountId, act, targetType: 'alert_route', targetId: id } as const;
        await writeAudit(runner, clock, { ...target, before: audited(route) });
        return true;
      }),
  };
}

/** Of a URL the audit shows the origin: the path of a chat's URL is its password. */
function audited({ enabled, kinds, minimumSeverity, name, target }: RouteValues): Audited {
  return {
    name,
    kind: target.kind,
    enabled,
    ...('url' in target && {
      url: new URL(target.url).origin,
      'url path': new Hidden(target.url),
      authentication: target.authentication.type,
      'authentication secret': new Hidden(target.authentication),
    }),
    ...('addresses' in target && { addresses: target.addresses }),
    ...('webhookId' in target && { webhook_id: target.webhookId }),
    kinds,
    minimum_severity: minimumSeverity,
  };
}
