import type { Open } from './open.ts';
import type { AttemptTrigger, ErrorClass } from './recorded-values.ts';
import type { WebhookInvocationAttempt } from './webhook-invocation-attempt.ts';

/** An attempt as Hooktrail's own lists show it. */
export interface InvocationAttempt extends WebhookInvocationAttempt {
  /** What sent it: the retry schedule, a replay, or a job that replays many. */
  trigger?: Open<AttemptTrigger>;
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
