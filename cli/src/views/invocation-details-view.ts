import { view } from '../output/view.ts';

/** One invocation, with the reason for its state. */
export const invocationDetailsView = view(
  'id',
  [
    'id',
    ['status', 'status'],
    'state',
    ['status_code', 'number'],
    ['attempts_count', 'number'],
    'explanation',
    'webhook_id',
    'event_id',
    'event_type',
    ['created_at', 'time'],
    ['latest_completed_at', 'time'],
    ['next_attempt_at', 'time'],
  ],
  ['reason_code', ['duration_ms', 'number'], 'error_class', 'trigger', 'lost_leases', 'origin'],
  ['job_id', 'copied_from', 'copied_to', 'timeline'],
);
