import type { CallOptions } from './call-options.ts';

/** Options of a call that an operator may make for another account. */
export interface AccountCallOptions extends CallOptions {
  /** Another account, for operators only; default: the account of the credentials. */
  readonly accountId?: number | undefined;
}
