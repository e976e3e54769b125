/**
 * Invocations and skipped webhooks that an answer to a publisher lists; beyond it the answer counts
 * them. A thousand events for a thousand webhooks each would be an answer of 80 MB.
 */
export const MOST_LISTED = 1_000;
