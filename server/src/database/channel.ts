/** The channels by which nodes tell each other. */
export type Channel =
  | 'hooktrail_webhook'
  | 'hooktrail_access'
  | 'hooktrail_due'
  | 'hooktrail_breaker';
