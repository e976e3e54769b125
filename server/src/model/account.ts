import type { Profile } from './profiles.ts';

/** Owns webhooks and tokens. Immutable: a change makes a new one. */
export interface Account {
  readonly id: number;
  readonly name: string;
  readonly profile: Profile;
  /** Its tokens are refused and its invocations wait. */
  readonly suspendedAt: Date | undefined;
}

export type Role = 'operator' | 'admin' | 'publish' | 'read';

/** A credential of the API, without its secret: only a hash of that is kept. */
export interface Token {
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly role: Role;
}
