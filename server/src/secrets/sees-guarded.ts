import type { Role } from '../model/account.ts';

/** Whether a role sees the guarded fields of webhooks: those that may change webhooks do. */
export function seesGuarded(role: Role): boolean {
  return role === 'operator' || role === 'admin';
}
