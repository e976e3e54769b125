import { ConfigurationError } from './configuration-error.ts';
import {
  SignatureVerificationError,
  type SignatureVerificationReason,
} from './signature-verification-error.ts';

export { ConfigurationError, SignatureVerificationError, type SignatureVerificationReason };

/** A raw request body: the bytes as they were received, or the text that they spell in UTF-8. */
export type SignedBody = string | Uint8Array;

/**
 * Request headers as a server hands them out: a `Headers`, anything else with such a `get`, or an
 * object such as `request.headers` of `node:http`. Names are matched in any case.
 */
export type SignedHeaders =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What {@link signPayload} signs. */
export interface SignPayloadInput {
  /** The webhook's signing secret, exactly as the API shows it: its text is the key. */
  readonly secret: string;
  /** The value of the timestamp header, such as `2021-07-25T10:00:00Z`. */
  readonly timestamp: string;
  /** The bytes of the request body; the empty string when there is none. */
  readonly body: SignedBody;
}

/** What {@link verifySignature} looks at. */
export interface VerifySignatureInput {
  /**
   * The webhook's signing secret, exactly as the API shows it. Give several while one is being
   * replaced: a signature by any of them is valid.
   */
  readonly secret: string | readonly string[];
  /** The raw request body. A parsed and re-serialised one has other bytes and never matches. */
  readonly body: SignedBody;
  /** The request's headers. Not needed where `signature` and `timestamp` are given. */
  readonly headers?: SignedHeaders | undefined;
  /** The signature, where it does not come from `headers`. */
  readonly signature?: string | undefined;
  /** The timestamp, where it does not come from `headers`. */
  readonly timestamp?: string | undefined;
  /**
   * How far the timestamp may be from now, in milliseconds, in either direction; 5 minutes if not
   * given. Each delivery attempt is signed anew, so a late retry is not an old timestamp.
   * `Infinity` accepts any age, and with it any request that someone recorded.
   */
  readonly toleranceMs?: number | undefined;
  /** The clock, in milliseconds since 1970; `Date.now` if not given. */
  readonly now?: (() => number) | undefined;
}

const HEADER = 'x-zendesk-webhook-signature';
const encoder = new TextEncoder();

const importKey = (secret: string): Promise<CryptoKey> => {
  if (!secret) throw new ConfigurationError('Empty signing secret');
  return crypto.subtle.importKey(
    'raw',
    encoder.encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  );
};

/** The signed bytes: the timestamp and then the body, with nothing between. */
const concat = (timestamp: string, body: SignedBody): Uint8Array<ArrayBuffer> => {
  if (typeof body === 'string') return encoder.encode(timestamp + body);
  const head = encoder.encode(timestamp);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
};

/**
 * Makes a signer for one secret. The key is imported at the first signature and kept, so this is
 * the form for signing many bodies.
 *
 * @param secret - The signing secret's text, not decoded.
 * @returns A function from the timestamp header's value and the body's bytes to the signature:
 *   `base64(HMAC-SHA256(secret, timestamp + body))`.
 * @throws {@link ConfigurationError} (the returned function rejects) when the secret is empty.
 */
export const createSigner = (
  secret: string,
): ((timestamp: string, body: SignedBody) => Promise<string>) => {
  let key: CryptoKey | undefined;
  return async (timestamp, body) => {
    // The key itself is kept, not its promise: once it is there, signing waits only for the HMAC.
    key ??= await importKey(secret);
    const mac = await crypto.subtle.sign('HMAC', key, concat(timestamp, body));
    return btoa(String.fromCharCode(...new Uint8Array(mac)));
  };
};

/**
 * Signs one body the way a webhook delivery is signed:
 * `base64(HMAC-SHA256(secret, timestamp + body))`, with the secret's text as the key.
 *
 * @returns The value of the signature header: 44 characters of standard base64.
 * @throws {@link ConfigurationError} when the secret is empty.
 */
export const signPayload = ({ secret, timestamp, body }: SignPayloadInput): Promise<string> =>
  createSigner(secret)(timestamp, body);

const readHeader = (headers: SignedHeaders, name: string): string => {
  if (typeof headers.get === 'function') return headers.get(name) ?? '';
  // A repeated header becomes a list, which is neither a signature nor a time, and is refused.
  return Object.entries(headers)
    .flatMap(([key, value]) => (key.toLowerCase() === name ? value : []))
    .join();
};

/**
 * Checks that a request comes from who holds the signing secret, and that it is recent. The
 * comparison takes the same time wherever the first difference is.
 *
 * Only the timestamp and the body are signed. The id headers are not: use the invocation id to
 * drop repeats, never to decide whether to trust.
 *
 * @returns Nothing: the promise is fulfilled when the signature is valid.
 * @throws {@link SignatureVerificationError} when it is not; `reason` says which check failed.
 * @throws {@link ConfigurationError} when a secret is empty.
 */
export const verifySignature = async ({
  secret,
  body,
  headers = {},
  signature = readHeader(headers, HEADER),
  timestamp = readHeader(headers, `${HEADER}-timestamp`),
  toleranceMs = 300_000,
  now = Date.now,
}: VerifySignatureInput): Promise<void> => {
  const require = (met: unknown, reason: SignatureVerificationReason) => {
    if (!met) throw new SignatureVerificationError(reason);
  };
  const signedAt = Date.parse(timestamp);
  require(signature && timestamp, 'missing');
  require(signedAt && /^[a-z\d+/]{43}=$/i.test(signature), 'malformed');
  require(typeof body === 'string' || ArrayBuffer.isView(body), 'body_not_raw');
  // Written so that a tolerance that is not a number refuses instead of accepting everything.
  require(Math.abs(now() - signedAt) <= toleranceMs, 'expired');
  const mac = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0));
  const signed = concat(timestamp, body);
  for (const candidate of [secret].flat()) {
    // `subtle.verify` compares in constant time.
    if (await crypto.subtle.verify('HMAC', await importKey(candidate), mac, signed)) return;
  }
  require(false, 'mismatch');
};
