/** What each profile means for a delivery that fails, as docs/delivery.md has it: for the question before a change. */
export const PROFILE_EFFECTS: Readonly<Record<string, readonly string[]>> = {
  durable: [
    'Every failure but 410 is retried: after 5 s, 30 s, 2 min, 10 min, 1 h, 3 h, 6 h, 12 h and 24 h.',
    'While a breaker is open, invocations wait, and go out later.',
    'There is no rate limit.',
    'A 410 switches the webhook to inactive.',
  ],
  zendesk: [
    'Only 409, timeouts, and 429 and 503 that say when are retried, 3 to 5 times, after 1 s, 2 s, 3 s, 4 s and 5 s. Any other failure ends the invocation.',
    'While a breaker is open, invocations end without being sent.',
    'Each webhook gets 60 requests a minute at most.',
    'A 410 ends the invocation.',
  ],
};
