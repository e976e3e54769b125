import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { NewToken } from '../models/token.ts';

/** A token; only the answer to a create has `secret`. */
export const token = model<NewToken>({
  id: asIs,
  accountId: asIs,
  name: asIs,
  role: asIs,
  createdAt: time,
  createdBy: asIs,
  secret: asIs,
});
