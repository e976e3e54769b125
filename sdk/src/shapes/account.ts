import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { Account, AccountDetails } from '../models/account.ts';

/** The account of the credentials. */
export const account = model<Account>({ id: asIs, name: asIs, profile: asIs });

/** An account as an operator sees it. */
export const accountDetails = model<AccountDetails>({
  id: asIs,
  name: asIs,
  profile: asIs,
  createdAt: time,
  suspendedAt: time,
});
