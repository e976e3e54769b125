import type { Profile } from './profiles.ts';
import type { SearchKey } from './search-key.ts';

/** An owner of webhooks and tokens. Immutable: a change makes a new object. */
export interface Account {
  readonly id: number;
  readonly name: string;
  readonly profile: Profile;
  /** When set, its tokens are refused and its invocations wait. */
  readonly suspendedAt: Date | undefined;
  /** What its events are found by. */
  readonly keys: readonly SearchKey[];
}

export type Role = 'operator' | 'admin' | 'publish' | 'read' | 'metrics';

/** An API credential without its secret, of which only a hash is stored. */
export interface Token {
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly role: Role;
}
