/**
 * Resends of an archived invocation are numbered from here on. Polls number what the service listed from 1
 * to 1,000 by completion, and again when something is listed late: a resend in between would be moved.
 */
export const RESENDS_AFTER = 1_000;
