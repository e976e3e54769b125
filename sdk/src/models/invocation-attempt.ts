import type { Open } from './open.ts';
import type { AttemptTrigger, ErrorClass } from './recorded-values.ts';
import type { WebhookInvocationAttempt } from './webhook-invocation-attempt.ts';

/**
 * How long each phase of an attempt took, in milliseconds: they add up to `durationMs`. What did not
 * happen is absent, as `dnsMs` to `tlsMs` are for a kept connection.
 */
export interface AttemptPhases {
  /** The look-up of the endpoint's name, or of the proxy's. */
  dnsMs?: number;
  /** The TCP connection to the endpoint, or to the proxy. */
  connectMs?: number;
  /** The proxy's tunnel to the endpoint. */
  proxyMs?: number;
  /** The TLS handshake with the endpoint. */
  tlsMs?: number;
  /** Until the whole request was handed to the network. */
  requestMs?: number;
  /** The wait for the first byte of the answer. */
  firstByteMs?: number;
  /** The rest of the answer. */
  bodyMs?: number;
}

/** What sent an archived invocation again. */
export interface AttemptResend {
  /** The act, or the job: what `X-Hooktrail-Resend` of the request said. */
  id: string;
  /** The job, if one sent it. */
  jobId?: string;
  /** The id of a token. */
  requestedBy: string;
  /** The webhook that it went to, if not its own endpoint. */
  targetWebhookId?: string;
}

/** An attempt as Hooktrail's own lists show it. */
export interface InvocationAttempt extends WebhookInvocationAttempt {
  /** What its time was spent on; absent without a connection, and from earlier versions. */
  phases?: AttemptPhases;
  /** What sent it: the retry schedule, a replay, a job that replays many, or a resend. */
  trigger?: Open<AttemptTrigger | 'resend'>;
  /** Of a resend; while one is in flight, its status is `unknown`. */
  resend?: AttemptResend;
  /** The class with which `errorMessage` begins; absent without an error, and from earlier versions. */
  errorClass?: Open<ErrorClass>;
  /** What happened after a failure, and why, in words. */
  reason?: string;
  /**
   * The first 64 KiB of the answer's body as they arrived. Absent where `response.payload` has the
   * same bytes in UTF-8: it is present for a body that was decoded, or has replacement characters.
   */
  responseBodyRaw?: Uint8Array;
}
