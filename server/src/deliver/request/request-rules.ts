import type { Rules } from '../../model/rules.ts';

/** What of the rules of a webhook shapes its requests: those of attempts, tests and resends alike. */
export function requestRules({ cloudEvents, signatures, standardWebhooks, timeLimitMs }: Rules) {
  return { cloudEvents, signatures, standardWebhooks, timeLimitMs };
}
