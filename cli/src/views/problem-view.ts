import { view } from '../output/view.ts';

/** What is wrong. */
export const problemView = view(
  'webhook.id',
  [
    ['kind', 'status'],
    ['webhook.name', 'text', 'WEBHOOK'],
    ['source.name', 'text', 'SOURCE'],
    'explanation',
    ['since', 'time'],
  ],
  [
    ['next_probe_at', 'time', 'PROBE'],
    'growing',
    ['attempts', 'number'],
    ['failed', 'number'],
    ['job.id', 'text', 'JOB'],
    'reason_code',
    'webhook.id',
    'source.id',
  ],
  ['webhook', 'source', 'job'],
);
