import {
  SignatureVerificationError,
  type SignatureVerificationReason,
} from '../errors/signature-verification-error.ts';
import { importKey } from './import-key.ts';
import type { SignedBody } from './signed-body.ts';
import { signedBytes } from './signed-bytes.ts';
import { readHeader, type SignedHeaders } from './signed-headers.ts';

const SIGNATURE_HEADER = 'x-zendesk-webhook-signature';
const TIMESTAMP_HEADER = 'x-zendesk-webhook-signature-timestamp';
const FIVE_MINUTES_MS = 5 * 60_000;

/** The base64 text of 32 bytes. */
const SIGNATURE = /^[a-z\d+/]{43}=$/i;

/** The input of {@link verifySignature}. */
export interface VerifySignatureInput {
  /**
   * The webhook's signing secret, exactly as the API returns it. Give several while one is being
   * replaced: a signature by any of them is valid.
   */
  readonly secret: string | readonly string[];
  /** The raw request body. A parsed and re-serialised one has other bytes and never matches. */
  readonly body: SignedBody;
  /** The headers of the request. Not needed when `signature` and `timestamp` are given. */
  readonly headers?: SignedHeaders | undefined;
  /** The signature, when it does not come from `headers`. */
  readonly signature?: string | undefined;
  /** The timestamp, when it does not come from `headers`. */
  readonly timestamp?: string | undefined;
  /**
   * How far the timestamp may be from now, in milliseconds, in either direction; default 5 minutes.
   * Each delivery attempt has a new timestamp and signature, so a late retry is recent too.
   * `Infinity` accepts any age, and so any request that an attacker recorded.
   */
  readonly toleranceMs?: number | undefined;
  /** The clock, in milliseconds since 1970; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

const check = (met: boolean, reason: SignatureVerificationReason): void => {
  if (!met) throw new SignatureVerificationError(reason);
};

/**
 * Verifies that the sender of a request has the signing secret, and that the request is recent. The
 * comparison takes the same time wherever the first difference is.
 *
 * Only the timestamp and the body are signed, not the id headers: use the invocation id to drop
 * repeats, never to decide whether to trust.
 *
 * @returns Nothing: the promise is fulfilled when the signature is valid.
 * @throws `SignatureVerificationError` when it is not; `reason` says which check failed.
 * @throws `ConfigurationError` when a secret is empty.
 */
export const verifySignature = async ({
  secret,
  body,
  headers = {},
  signature = readHeader(headers, SIGNATURE_HEADER),
  timestamp = readHeader(headers, TIMESTAMP_HEADER),
  toleranceMs = FIVE_MINUTES_MS,
  now = Date.now,
}: VerifySignatureInput): Promise<void> => {
  const signedAt = Date.parse(timestamp);
  check(Boolean(signature && timestamp), 'missing');
  check(!Number.isNaN(signedAt) && SIGNATURE.test(signature), 'malformed');
  check(
    typeof (body ?? '') === 'string' || ArrayBuffer.isView(body) || body instanceof ArrayBuffer,
    'body_not_raw',
  );
  // Compared in this direction so that a tolerance of NaN refuses instead of accepting everything.
  check(Math.abs(now() - signedAt) <= toleranceMs, 'expired');

  const mac = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0));
  const signed = signedBytes(timestamp, body);
  for (const candidate of [secret].flat()) {
    // `subtle.verify` compares in constant time.
    if (await crypto.subtle.verify('HMAC', await importKey(candidate), mac, signed)) return;
  }
  throw new SignatureVerificationError('mismatch');
};
