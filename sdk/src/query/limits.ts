/**
 * The longest text of a query, in UTF-16 units, also in its canonical form: it fits into the query
 * string of a URL, and holds 100 ids of webhooks.
 */
export const MAX_QUERY_LENGTH = 4_096;

/** The most terms of a query. */
export const MAX_QUERY_TERMS = 64;

/** The most values of one term. */
export const MAX_TERM_VALUES = 100;
