import type { Open } from './open.ts';
import type { WebhookExternalSource } from './webhook.ts';

/** What other answers mask of a webhook. */
export interface RevealedWebhook {
  /** Its id. */
  id: string;
  /** With its query. */
  endpoint: string;
  /** Its credentials, with the secret part; absent without credentials. */
  authentication?: {
    /** The kind of credentials. */
    type: Open<'basic_auth' | 'bearer_token' | 'api_key'>;
    /** User name and password, the token, or name and value of the key. Keys unchanged. */
    data: Record<string, string>;
    /** Where a request carries them. */
    addPosition: Open<'header' | 'query_string'>;
  };
  /** Names and values unchanged. */
  customHeaders?: Record<string, string>;
  /** The integration that created it. */
  externalSource?: WebhookExternalSource;
}
