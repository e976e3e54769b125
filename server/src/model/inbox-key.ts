/** What the idempotency keys of inboxes begin with: they are kept for 7 days, others for 24 hours. */
export const INBOX_KEY = 'inbox:';
