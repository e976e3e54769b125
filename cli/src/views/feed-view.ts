import { view } from '../output/view.ts';

/** What the feed yields. */
export const feedView = view(
  'invocation.id',
  [
    ['at', 'time'],
    ['type', 'text', 'EVENT'],
    ['invocation.status', 'status', 'STATUS'],
    ['invocation.status_code', 'number', 'CODE'],
    ['invocation.attempts_count', 'number', 'TRIES'],
    ['invocation.id', 'text', 'INVOCATION'],
    ['webhook.name', 'text', 'WEBHOOK'],
    ['invocation.event_type', 'text', 'TYPE'],
    ['reason', 'text', 'REASON'],
    ['shown', 'text', 'SHOWN'],
  ],
  ['invocation.subject', ['invocation.duration_ms', 'number', 'MS']],
  ['id', 'invocation', 'webhook', 'event', 'reason_code', 'count', 'from', 'to'],
);
