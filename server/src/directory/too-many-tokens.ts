/**
 * The most tokens of an account. Every node holds all tokens in memory and reloads them together.
 */
export const MAX_TOKENS = 1_000;

/** The account already has `MAX_TOKENS` tokens: 409. */
export class TooManyTokens extends Error {
  override readonly name = 'TooManyTokens';

  constructor() {
    super(`this account already has ${MAX_TOKENS} tokens, the maximum: revoke unused ones first`);
  }
}
