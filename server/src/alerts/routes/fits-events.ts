import type { Webhook } from '../../model/webhook.ts';

/** Whether a webhook can carry an event as JSON. */
export function fitsEvents({
  httpMethod,
  requestFormat,
}: Pick<Webhook, 'httpMethod' | 'requestFormat'>): boolean {
  return requestFormat === 'json' && httpMethod !== 'GET' && httpMethod !== 'DELETE';
}
