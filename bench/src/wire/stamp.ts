/** The width of a number that is overwritten in a request that is made once. */
export const DIGITS = 16;

/** Where an event carries the moment at which it was published, as `DIGITS` digits. */
export const STAMP_FIELD = '"sent":"';
