import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { RotatedSecret } from '../models/signing-secret.ts';

/** A signing secret; Zendesk never sends `previousUntil`. */
export const signingSecret = model<RotatedSecret>({
  secret: asIs,
  algorithm: asIs,
  previousUntil: time,
});
