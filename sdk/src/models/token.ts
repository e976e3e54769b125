import type { Open } from './open.ts';

/**
 * What a token may do: `read` reads, without secrets, tokens and audit; `publish` only publishes
 * events; `admin` does everything in its account; `operator` also manages accounts, and the tokens
 * and audit of each; `metrics` only reads metrics.
 */
export type TokenRole = Open<'operator' | 'admin' | 'publish' | 'read' | 'metrics'>;

/** An API token, without its secret: Hooktrail does not keep it. */
export interface Token {
  /** A ULID. */
  id: string;
  /** The account it belongs to. */
  accountId: number;
  /** The name, for people. */
  name: string;
  /** What it may do. */
  role: TokenRole;
  /** When it was created. */
  createdAt: Date;
  /**
   * Who created it: the id of a token of this account, `operator` for a token of another account,
   * `hooktrail` for the first token of all.
   */
  createdBy: string;
}

/** A token that was just created. */
export interface NewToken extends Token {
  /** The text that clients send. Store it now: the API never returns it again. */
  secret: string;
}

/** A token to create. */
export interface TokenInput {
  /** The name, for people: 1 to 255 characters. */
  readonly name: string;
  /** What it may do. Only an operator creates operators, and only in its own account. */
  readonly role: TokenRole;
}
