import type { InboxScheme } from '../model/inbox.ts';

/** The headers of a signed request, in their usual case. */
export interface SchemeHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

const dashed = (prefix: string): SchemeHeaders => ({
  id: `${prefix}-id`,
  timestamp: `${prefix}-timestamp`,
  signature: `${prefix}-signature`,
});

/** The headers of each scheme that signs. */
export const SCHEME_HEADERS: Readonly<Record<Exclude<InboxScheme, 'none'>, SchemeHeaders>> = {
  zendesk: {
    id: 'X-Zendesk-Webhook-Invocation-Id',
    timestamp: 'X-Zendesk-Webhook-Signature-Timestamp',
    signature: 'X-Zendesk-Webhook-Signature',
  },
  standard_webhooks: dashed('webhook'),
  svix: dashed('svix'),
};
