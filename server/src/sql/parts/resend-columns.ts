/** What says that an attempt is a resend. */
export const RESEND = 'resend_id, job_id, requested_by, target_webhook_id';

/** The same of our own trail, which has none. */
export const NO_RESEND =
  'null::uuid as resend_id, null::uuid as job_id, null::text as requested_by, null::uuid as target_webhook_id';
