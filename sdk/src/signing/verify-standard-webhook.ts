import { ConfigurationError } from '../errors/configuration-error.ts';
import {
  SignatureVerificationError,
  type SignatureVerificationReason,
} from '../errors/signature-verification-error.ts';
import type { SignedBody } from './signed-body.ts';
import { signedBytes } from './signed-bytes.ts';
import { readHeader, type SignedHeaders } from './signed-headers.ts';

const FIVE_MINUTES_MS = 5 * 60_000;

/** The input of {@link verifyStandardWebhook}. */
export interface VerifyStandardWebhookInput {
  /**
   * `whpk_` and a public key, for `v1a` signatures, or `whsec_` and a secret, for `v1`. Give several
   * while one is being replaced: a signature by any of them is valid.
   */
  readonly key: string | readonly string[];
  /** The raw request body. A parsed and re-serialised one has other bytes and never matches. */
  readonly body: SignedBody;
  /** The headers of the request: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
  readonly headers: SignedHeaders;
  /** How far the timestamp may be from now, in milliseconds, in either direction; default 5 minutes. */
  readonly toleranceMs?: number | undefined;
  /** The clock, in milliseconds since 1970; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

const check = (met: boolean, reason: SignatureVerificationReason): void => {
  if (!met) throw new SignatureVerificationError(reason);
};

/** Undefined for a text that is no base64. */
const bytesOf = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
};

/** The prefix of a key, the version of its signatures, and how Web Crypto calls it. */
const KINDS = [
  ['whpk_', 'v1a,', 'Ed25519'],
  ['whsec_', 'v1,', { name: 'HMAC', hash: 'SHA-256' }],
] as const;

/**
 * Verifies a request by Standard Webhooks: that its sender has the private key, or the secret, that
 * belongs to one of your keys, and that the request is recent. The id is signed too: use it to drop
 * repeats.
 *
 * `v1a` needs Ed25519 in Web Crypto; the README lists the runtimes that have it.
 *
 * @returns Nothing: the promise is fulfilled when a signature is valid.
 * @throws `SignatureVerificationError` when none is; `reason` says which check failed.
 * @throws `ConfigurationError` when a key has neither prefix, or is no base64 of a key.
 */
export const verifyStandardWebhook = async ({
  key,
  body,
  headers,
  toleranceMs = FIVE_MINUTES_MS,
  now = Date.now,
}: VerifyStandardWebhookInput): Promise<void> => {
  const [id, timestamp, given] = ['id', 'timestamp', 'signature'].map((name) =>
    readHeader(headers, `webhook-${name}`),
  ) as [string, string, string];
  check(Boolean(id && timestamp && given), 'missing');
  check(/^\d{1,11}$/.test(timestamp), 'malformed');
  check(
    typeof (body ?? '') === 'string' || ArrayBuffer.isView(body) || body instanceof ArrayBuffer,
    'body_not_raw',
  );
  check(Math.abs(now() - Number(timestamp) * 1_000) <= toleranceMs, 'expired');

  const signed = signedBytes(`${id}.${timestamp}.`, body);
  // A delivery has at most four; each further one would cost a verification.
  const signatures = given.split(' ').slice(0, 8);
  for (const candidate of [key].flat()) {
    const [prefix, version, algorithm] = KINDS.find(([start]) => candidate.startsWith(start)) ?? [];
    const bytes = prefix && bytesOf(candidate.slice(prefix.length));
    if (!bytes?.length || (version === 'v1a,' && bytes.length !== 32)) {
      throw new ConfigurationError(
        'A key must be whpk_ and the base64 of 32 bytes, or whsec_ and the base64 of a secret',
      );
    }
    const imported = await crypto.subtle.importKey('raw', bytes, algorithm as 'Ed25519', false, [
      'verify',
    ]);
    for (const signature of signatures) {
      const mac = signature.startsWith(version as string)
        ? bytesOf(signature.slice((version as string).length))
        : undefined;
      // It compares in constant time.
      if (mac && (await crypto.subtle.verify(imported.algorithm.name, imported, mac, signed))) {
        return;
      }
    }
  }
  throw new SignatureVerificationError('mismatch');
};
