import { ZendeskError } from './zendesk-error.ts';

/**
 * Why a signature was refused:
 *
 * - `missing`: there is no signature or no timestamp;
 * - `malformed`: the timestamp is not a time, or the signature not the base64 text of 32 bytes,
 *   or there are several;
 * - `body_not_raw`: the body is neither bytes nor text; most often a parser has been at it;
 * - `expired`: the timestamp is further from now than `toleranceMs`, in either direction;
 * - `mismatch`: the body, the timestamp or the secret is not what was signed.
 */
export type SignatureVerificationReason =
  | 'missing'
  | 'malformed'
  | 'body_not_raw'
  | 'expired'
  | 'mismatch';

/** A request does not carry a valid signature. Answer it with a 401 and ignore its body. */
export class SignatureVerificationError extends ZendeskError {
  override name = 'SignatureVerificationError';

  /** Which check failed. Do not tell the sender: it helps only who guesses. */
  declare readonly reason: SignatureVerificationReason;

  /** @param reason - Which check failed. */
  constructor(reason: SignatureVerificationReason) {
    super(`Signature refused: ${reason}`);
    this.reason = reason;
  }
}
