import { ZendeskError } from './zendesk-error.ts';

/**
 * Why a signature was refused:
 *
 * - `missing`: the request has no signature or no timestamp;
 * - `malformed`: the timestamp is not a time, the signature is not the base64 text of 32 bytes, or
 *   a header occurs more than once;
 * - `body_not_raw`: the body is neither bytes nor text, most often because a parser replaced it;
 * - `expired`: the timestamp differs from now by more than `toleranceMs`, in either direction;
 * - `mismatch`: body, timestamp or secret differ from what was signed.
 */
export type SignatureVerificationReason =
  | 'missing'
  | 'malformed'
  | 'body_not_raw'
  | 'expired'
  | 'mismatch';

const EXPLANATIONS: Readonly<Record<SignatureVerificationReason, string>> = {
  missing: 'no signature or no timestamp',
  malformed: 'a malformed or repeated signature or timestamp',
  body_not_raw: 'the body is not raw bytes or text',
  expired: 'the timestamp is too far from now',
  mismatch: 'body, timestamp or secret differ from what was signed',
};

/** A request has no valid signature. Answer it with a 401 and ignore its body. */
export class SignatureVerificationError extends ZendeskError {
  override name = 'SignatureVerificationError';

  /** Which check failed. Do not send it to the caller: it helps only an attacker. */
  readonly reason: SignatureVerificationReason;

  /** @param reason - Which check failed. */
  constructor(reason: SignatureVerificationReason) {
    super(`Signature refused (${reason}): ${EXPLANATIONS[reason]}`);
    this.reason = reason;
  }
}
