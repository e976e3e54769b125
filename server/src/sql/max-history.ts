/**
 * Characters; no history grows beyond this by more than an entry. Something that is held back for ever,
 * or sent again for ever, must not.
 */
export const MAX_HISTORY = 4_000;
