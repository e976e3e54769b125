import { view } from '../output/view.ts';

/** Webhooks. */
export const webhookView = view(
  'id',
  ['id', 'name', ['status', 'status'], 'endpoint', 'subscriptions'],
  [
    ['http_method', 'text', 'METHOD'],
    ['request_format', 'text', 'FORMAT'],
    ['created_at', 'time'],
  ],
  [
    ...['description', 'authentication', 'custom_headers', 'external_source', 'signing_secret'],
    ['updated_at', 'time'],
    ...['created_by', 'updated_by'],
  ],
);
