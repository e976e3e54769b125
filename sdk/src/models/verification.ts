import type { Open } from './open.ts';

/** A request that somebody received. */
export interface ReceivedRequest {
  /** By name, in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, exactly as it arrived. */
  readonly body?: string | undefined;
  /** In place of `body`: its bytes in base64, where they are no text in UTF-8. */
  readonly bodyBase64?: string | undefined;
}

/** Whether one signature of a request is by a webhook. */
export interface VerifiedSignature {
  /** Which headers hold it. */
  scheme: Open<'zendesk' | 'standard_webhooks' | 'standard_webhooks_v1a'>;
  /** Whether it is valid, however old. */
  valid: boolean;
  /** Which secret it is by; of `standard_webhooks_v1a`, which key. */
  secret?: Open<'current' | 'previous'>;
  /** Why it is not valid. */
  reason?: Open<'missing' | 'malformed' | 'mismatch'>;
  /** What its timestamp says. */
  signedAt?: Date;
  /** For people. */
  explanation: string;
}

/** Whether a request is signed by a webhook. */
export interface Verification {
  /** Whether all of its signatures are valid. */
  valid: boolean;
  /** One for each scheme whose headers the request has. */
  signatures: VerifiedSignature[];
}
