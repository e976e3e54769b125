import { view } from '../output/view.ts';

/** Alerts. */
export const alertView = view(
  'id',
  [
    'id',
    ['opened_at', 'time', 'OPENED'],
    ['state', 'status'],
    ['severity', 'status'],
    'kind',
    'summary',
  ],
  [
    'advice',
    'url',
    ['resolved_at', 'time', 'RESOLVED'],
    ['acknowledged_at', 'time', 'ACKNOWLEDGED'],
    ['acknowledged_by', 'text', 'BY'],
    'note',
    'muted',
  ],
  [
    ['webhook.name', 'text'],
    'webhook.id',
    'source.name',
    'source.id',
    'job.id',
    'node',
    ['value', 'number'],
    ['threshold', 'number'],
    ['started_at', 'time'],
    'webhook',
    'source',
    'job',
    'notices',
  ],
);
