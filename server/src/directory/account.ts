/** Owns webhooks and tokens. */
export interface Account {
  readonly id: number;
  readonly name: string;
}

export type Role = 'operator' | 'admin' | 'publish' | 'read';

/** A credential of the API, without its secret: only a hash of that is kept. */
export interface Token {
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly role: Role;
}
