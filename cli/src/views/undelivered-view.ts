import { view } from '../output/view.ts';

/** What is undelivered, by webhook and cause. */
export const undeliveredView = view(
  'webhook.id',
  [
    ['webhook.name', 'text', 'WEBHOOK'],
    ['error_class', 'text', 'ERROR'],
    ['status', 'status'],
    ['count', 'number'],
    ['waiting', 'number'],
    ['oldest_at', 'time', 'OLDEST'],
    ['newest_at', 'time', 'NEWEST'],
  ],
  ['more', 'webhook.id'],
  ['webhook'],
);
