import { view } from '../output/view.ts';

/** Routes: where alerts go. */
export const alertRouteView = view(
  'id',
  [
    'id',
    'name',
    'kind',
    'enabled',
    'minimum_severity',
    ['last_sent_at', 'time', 'LAST SENT'],
    'last_error',
  ],
  [
    'url',
    'addresses',
    ['webhook.name', 'text', 'WEBHOOK'],
    'kinds',
    ['created_at', 'time'],
    ['changed_at', 'time'],
  ],
  ['webhook.id', 'webhook'],
);
