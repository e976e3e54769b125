import type { Role } from '../../model/account.ts';

const MASK = '********';

/** Who may not change a webhook does not see the query of its endpoint, which may hold a key. */
export function shownUrl(url: string, role: Role): string {
  return role === 'read' ? url.replace(/\?.+$/s, `?${MASK}`) : url;
}
