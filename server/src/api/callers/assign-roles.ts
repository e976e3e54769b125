import type { RouteOptions } from 'fastify';
import { PERMISSIONS } from './permissions.ts';

/**
 * Attaches to a route the roles that may call it.
 *
 * @throws Error when its operation is missing from `PERMISSIONS`.
 */
export function assignRoles(route: RouteOptions): void {
  const { operationId = '' } = (route.schema ?? {}) as { operationId?: string };
  const roles = PERMISSIONS[operationId];
  if (roles === undefined) throw new Error(`operation ${operationId} is missing from PERMISSIONS`);
  route.config = { ...route.config, roles: new Set(roles) };
}
