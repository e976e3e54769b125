/** The channels on which nodes notify each other. */
export type Channel =
  | 'hooktrail_webhook'
  | 'hooktrail_access'
  | 'hooktrail_due'
  | 'hooktrail_breaker';
