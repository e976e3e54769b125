import { view } from '../output/view.ts';

/** Mutes of alerts. Without a kind all kinds are muted, without a webhook all webhooks. */
export const alertMuteView = view(
  'id',
  [
    'id',
    'kind',
    ['webhook.name', 'text', 'WEBHOOK'],
    ['until', 'time'],
    ['created_at', 'time', 'CREATED'],
    ['created_by', 'text', 'BY'],
  ],
  ['webhook.id'],
  ['webhook'],
);
