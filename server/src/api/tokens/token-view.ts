import type { StoredToken } from '../../sql/read-tokens.ts';
import type { TokenView } from './token-schema.ts';

/** A token as the API shows it. */
export function tokenView({ created_at, ...token }: StoredToken): TokenView {
  return { ...token, created_at: created_at.toISOString() };
}
