import type { Open } from './open.ts';
import type { WebhookAuthentication } from './webhook-authentication.ts';

/** Whether Hooktrail or Zendesk delivers to a webhook. */
export type WebhookStatus = Open<'active' | 'inactive'>;

/** The HTTP method of a webhook's deliveries. */
export type WebhookHttpMethod = Open<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;

/** The format of a webhook's deliveries. */
export type WebhookRequestFormat = Open<'json' | 'xml' | 'form_encoded'>;

/** The order of a list of webhooks. */
export type WebhookSort = Open<'name' | '-name' | 'status' | '-status'>;

/** The origin of a webhook that an integration created. */
export interface WebhookExternalSource {
  /** The integration. */
  type: string;
  /** Notes of the integration; keys unchanged. */
  data?: Record<string, unknown>;
}

/** Where and how events are delivered. */
export interface Webhook {
  /** A ULID: its first ten characters are the time of creation. */
  id: string;
  /** The name, for people. */
  name: string;
  /** Its purpose, for people. */
  description?: string;
  /** Whether events are delivered to it. */
  status: WebhookStatus;
  /** Event types, or exactly `conditional_ticket_events`. */
  subscriptions: string[];
  /** The URL that receives the deliveries; to a token of role `read`, Hooktrail masks its query. */
  endpoint: string;
  /** The method of the deliveries. */
  httpMethod: WebhookHttpMethod;
  /** The format of the deliveries. */
  requestFormat: WebhookRequestFormat;
  /** Its credentials for the endpoint, without the secret part; absent without credentials. */
  authentication?: WebhookAuthentication;
  /** Headers added to each delivery; names unchanged, values masked for the role `read`. */
  customHeaders?: Record<string, string>;
  /** The integration that created it; masked for the role `read`. */
  externalSource?: WebhookExternalSource;
  /** When it was created. */
  createdAt: Date;
  /** Who created it. */
  createdBy: string;
  /** When it was last changed; absent before the first change. */
  updatedAt?: Date;
  /** Who last changed it; absent before the first change. */
  updatedBy?: string;
}
