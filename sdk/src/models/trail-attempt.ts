import type { Open } from './open.ts';
import type { AttemptTrigger, ErrorClass } from './recorded-values.ts';
import type { WebhookInvocationAttempt } from './webhook-invocation-attempt.ts';

/** An attempt as Hooktrail's own operations return it. */
export interface TrailAttempt extends WebhookInvocationAttempt {
  /** The class with which `errorMessage` begins; absent without an error, and in attempts of earlier versions. */
  errorClass?: Open<ErrorClass>;
  /** What caused it. */
  trigger?: Open<AttemptTrigger>;
  /** What happened after a failure, and why, in words. */
  reason?: string;
}
