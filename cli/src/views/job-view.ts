import { view } from '../output/view.ts';

/** Jobs. */
export const jobView = view(
  'id',
  [
    'id',
    ['created_at', 'time', 'CREATED'],
    ['state', 'status'],
    ['counts.selected', 'number', 'SELECTED'],
    ['counts.position', 'number', 'DONE'],
    ['counts.succeeded', 'number', 'SUCCEEDED'],
    ['counts.failed', 'number', 'FAILED'],
    ['counts.skipped', 'number', 'SKIPPED'],
    'reason',
  ],
  [
    'kind',
    ['rate', 'number'],
    ['started_at', 'time', 'STARTED'],
    ['ended_at', 'time', 'ENDED'],
    ['expected_end_at', 'time', 'EXPECTED END'],
    'state_reason',
    ['counts.erased', 'number', 'ERASED'],
    ['counts.rows', 'number', 'ROWS'],
    ['counts.bytes', 'number', 'BYTES'],
  ],
  [
    ...['counts', 'query', 'reason_code', 'requested_by', 'order', 'max', 'target_webhook_id'],
    ...['include_succeeded', 'waits_for', 'canary', 'stop_on', 'estimate', 'download', 'files'],
    ...['of', 'format', 'bodies', 'role', 'share', 'reached'],
  ],
);
