import { query } from '../database/query.ts';
import type { Role } from '../directory/account.ts';

export interface TokenRow {
  readonly id: string;
  readonly account_id: number;
  readonly name: string;
  readonly role: Role;
  readonly hash: Buffer;
}

/** All tokens. */
export const readTokens = query<void, TokenRow>(
  'read-tokens',
  'select id, account_id, name, role, hash from token',
  () => [],
);
