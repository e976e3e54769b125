/** What a list of several webhooks reads of an invocation. */
export const TRAIL_COLUMNS = `id, webhook_id, event_id, event_type, status, status_code, attempts_count, due_at, leased, reason,
        latest_at, reason_code, error_class, duration_ms, trigger, delivered, job_id`;
