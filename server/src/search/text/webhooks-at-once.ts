/** Webhooks of one statement of a search. */
export const WEBHOOKS_AT_ONCE = 1_000;
