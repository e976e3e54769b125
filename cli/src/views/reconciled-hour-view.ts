import { view } from '../output/view.ts';

/** What a source lists against what arrived, by webhook and hour. */
export const reconciledHourView = view(
  'webhook.id',
  [
    ['hour', 'time'],
    ['webhook.name', 'text', 'WEBHOOK'],
    ['listed', 'number'],
    ['arrived', 'number'],
    ['not_arrived', 'number', 'NOT ARRIVED'],
    ['failed', 'number'],
    ['failed_arrived', 'number', 'FAILED, ARRIVED'],
    ['never_sent', 'number', 'NEVER SENT'],
    ['not_listed', 'number', 'NOT LISTED'],
    'unknown',
  ],
  ['webhook.id', ['inbox.name', 'text', 'INBOX'], ['from', 'time'], ['to', 'time']],
  ['webhook', 'inbox', 'inbox.id'],
);
