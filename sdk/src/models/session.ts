import type { TokenRole } from './token.ts';

/** Who asks: the account, the token, and the session if a browser signed in. */
export interface Session {
  /** The account of the token. */
  account: { id: number; name: string };
  /** The token that signed in, or that the call carried. */
  token: { id: string; name: string; role: TokenRole };
  /** The version of the server. */
  version: string;
  /** When the session ends; null for a token, which does not expire. */
  expiresAt: Date | null;
}

/** What signs in: a token, or a code of {@link SignInCode}. */
export type SignInInput = { readonly token: string } | { readonly code: string };

/** A code that signs in once. */
export interface SignInCode {
  /** Signs in once, on any node. */
  code: string;
  /** Opens the console, signed in. */
  url: string;
  /** When it stops working. */
  expiresAt: Date;
}
