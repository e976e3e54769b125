import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { PublicKey } from '../models/public-key.ts';

/** The public key of `v1a` signatures. */
export const publicKey = model<PublicKey>({
  publicKey: asIs,
  previousPublicKey: asIs,
  previousUntil: time,
});
