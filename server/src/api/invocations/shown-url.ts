import type { Role } from '../../model/account.ts';
import { maskedUrl } from '../../secrets/masked-url.ts';
import { seesGuarded } from '../../secrets/sees-guarded.ts';

/** Who may not change a webhook does not see the query of its endpoint, which may hold a key. */
export function shownUrl(url: string, role: Role): string {
  return seesGuarded(role) ? url : maskedUrl(url);
}
