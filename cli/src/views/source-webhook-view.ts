import { view } from '../output/view.ts';

/** Webhooks of a source, and how far their logs are read. */
export const sourceWebhookView = view(
  'id',
  [
    'id',
    'name',
    ['status', 'status'],
    ['last_poll_at', 'time'],
    ['complete_until', 'time'],
    ['archived.rows', 'number', 'ROWS'],
    ['bodies_missing.count', 'number', 'BODIES MISSING'],
    ['gone_at', 'time'],
  ],
  [
    'remote_id',
    'endpoint',
    'http_method',
    'request_format',
    'subscriptions',
    ['newest_at', 'time'],
    ['poll_seconds', 'number'],
    ['archived.invocations', 'number'],
    ['archived.bodies', 'number'],
    ['archived.late_rows', 'number'],
    ['bodies_missing.failures', 'number'],
    ['bodies_missing.lost', 'number'],
  ],
  ['archived', 'bodies_missing'],
);
