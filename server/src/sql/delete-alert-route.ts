import { bigint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly accountId: number;
  readonly id: string;
}

const ONE = { account_id: bigint((p: Params) => p.accountId), id: uuid((p: Params) => p.id) };

/** Deletes a route. Its notices are deleted before it. */
export const deleteAlertRoute = query<Params, never>(
  'delete-alert-route',
  ONE,
  `delete from alert_route where account_id = $account_id and id = $id`,
);

/** Deletes the notices of a route: without it nobody could say where they went. */
export const deleteRouteNotices = query<Params, never>(
  'delete-route-notices',
  ONE,
  `delete from alert_notice where account_id = $account_id and route_id = $id`,
);
