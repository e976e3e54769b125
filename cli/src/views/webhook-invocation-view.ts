import { view } from '../output/view.ts';

/** Invocations of one webhook, as Zendesk lists them. */
export const webhookInvocationView = view(
  'id',
  [
    'id',
    ['created_at', 'time', 'CREATED'],
    ['status', 'status'],
    ['status_code', 'number', 'CODE'],
    ['attempts_count', 'number', 'TRIES'],
    ['event_type', 'text', 'TYPE'],
    ['latest_completed_at', 'time', 'COMPLETED'],
  ],
  ['webhook_id', ['next_attempt_at', 'time']],
);
