import { view } from '../output/view.ts';

/** Invocations of an event. */
export const eventInvocationView = view(
  'id',
  [
    'id',
    ['created_at', 'time', 'CREATED'],
    ['status', 'status'],
    ['status_code', 'number', 'CODE'],
    ['attempts_count', 'number', 'TRIES'],
    ['webhook_name', 'text', 'WEBHOOK'],
    ['latest_completed_at', 'time', 'COMPLETED'],
  ],
  ['webhook_id', 'event_type', ['next_attempt_at', 'time'], ['webhook_deleted_at', 'time']],
);
