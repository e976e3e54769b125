import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { ReceivedRequest, Verification, VerifiedSignature } from '../models/verification.ts';

/** A request that somebody received. */
export const receivedRequest = model<ReceivedRequest>({
  headers: asIs,
  body: asIs,
  bodyBase64: asIs,
});

/** Whether a request is signed by a webhook. */
export const verification = model<Verification>({
  valid: asIs,
  signatures: list(
    model<VerifiedSignature>({
      scheme: asIs,
      valid: asIs,
      secret: asIs,
      reason: asIs,
      signedAt: time,
      explanation: asIs,
    }),
  ),
});
