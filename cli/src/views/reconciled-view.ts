import { view } from '../output/view.ts';

/** The invocations behind a number of a comparison. */
export const reconciledView = view(
  'id',
  [
    'id',
    ['created_at', 'time', 'CREATED'],
    ['webhook.name', 'text', 'WEBHOOK'],
    'kind',
    ['status', 'status'],
    ['status_code', 'number', 'CODE'],
    ['arrived_at', 'time', 'ARRIVED'],
    ['event_id', 'text', 'EVENT'],
  ],
  [
    'webhook.id',
    ['attempts_count', 'number', 'ATTEMPTS'],
    ['latest_completed_at', 'time', 'LATEST'],
  ],
  ['webhook'],
);
