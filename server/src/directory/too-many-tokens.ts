/** As many as an account may have: every node keeps all tokens in memory and reads them anew together. */
export const MAX_TOKENS = 1_000;

/** The account has as many tokens as it may have: 409. */
export class TooManyTokens extends Error {
  override readonly name = 'TooManyTokens';

  constructor() {
    super(`this account has ${MAX_TOKENS} tokens, which is the most: revoke some that nobody uses`);
  }
}
