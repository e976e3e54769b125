/** The width of a number that is overwritten in a prepared request. */
export const DIGITS = 16;

/** The field of an event with the time of its publication, as `DIGITS` digits. */
export const STAMP_FIELD = '"sent":"';
