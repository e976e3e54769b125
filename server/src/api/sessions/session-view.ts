import type { Directory } from '../../directory/directory.ts';
import type { Token } from '../../model/account.ts';
import { SERVER_VERSION } from './server-version.ts';
import type { SessionView } from './session-schema.ts';

/** Who asks, as the API shows it. */
export function sessionView(
  directory: Directory,
  token: Token,
  expiresAtMs: number | undefined,
): SessionView {
  return {
    account: { id: token.accountId, name: directory.account(token.accountId)?.name ?? '' },
    token: { id: token.id, name: token.name, role: token.role },
    version: SERVER_VERSION,
    expires_at: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
  };
}
