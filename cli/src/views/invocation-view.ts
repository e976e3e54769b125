import { view } from '../output/view.ts';

/** Invocations in a list over all webhooks. */
export const invocationView = view(
  'id',
  [
    'id',
    ['created_at', 'time', 'CREATED'],
    ['status', 'status'],
    ['status_code', 'number', 'CODE'],
    ['attempts_count', 'number', 'TRIES'],
    ['webhook.name', 'text', 'WEBHOOK'],
    ['event_type', 'text', 'TYPE'],
    'state',
    ['reason_code', 'text', 'REASON'],
  ],
  [
    ['latest_completed_at', 'time', 'COMPLETED'],
    ['next_attempt_at', 'time', 'NEXT'],
    ['duration_ms', 'number', 'MS'],
    ['error_class', 'text', 'ERROR'],
    'subject',
    'event_id',
  ],
  ['webhook', 'reason', 'trigger', 'origin'],
);
