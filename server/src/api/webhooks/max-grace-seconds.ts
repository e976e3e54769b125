/** A week: a longer grace period would keep a leaked secret or key valid. */
export const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;
