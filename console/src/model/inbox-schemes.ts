/** How requests to an inbox are signed, in words. */
export const INBOX_SCHEMES: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  zendesk: ['Zendesk', 'X-Zendesk-Webhook-Signature over timestamp and body'],
  standard_webhooks: ['Standard Webhooks', 'webhook-signature over id, timestamp and body'],
  svix: ['Svix', 'svix-signature over id, timestamp and body'],
  none: ['nothing', 'whoever knows the address may publish'],
};
