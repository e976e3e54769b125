import { createSigner } from './create-signer.ts';
import type { SignedBody } from './signed-body.ts';

/** The input of {@link signPayload}. */
export interface SignPayloadInput {
  /** The webhook's signing secret, exactly as the API returns it: its text is the key. */
  readonly secret: string;
  /** The value of the timestamp header, such as `2021-07-25T10:00:00Z`. */
  readonly timestamp: string;
  /** The bytes of the request body; the empty string when there is none. */
  readonly body: SignedBody;
}

/**
 * Signs one body the way a webhook delivery is signed:
 * `base64(HMAC-SHA256(secret, timestamp + body))`, with the secret's text as the key.
 *
 * @returns The value of the signature header: 44 characters of standard base64.
 * @throws `ConfigurationError` when the secret is empty.
 */
export const signPayload = ({ secret, timestamp, body }: SignPayloadInput): Promise<string> =>
  createSigner(secret)(timestamp, body);
