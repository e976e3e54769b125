import type { Open } from './open.ts';

/**
 * A webhook's credentials for its endpoint, as the API accepts them. Without `data` a change keeps
 * the stored ones, if they are of this type.
 */
export type WebhookAuthenticationInput =
  | {
      readonly type: 'basic_auth';
      readonly data?: { readonly username: string; readonly password: string } | null | undefined;
      readonly addPosition: 'header';
    }
  | {
      readonly type: 'bearer_token';
      readonly data?: { readonly token: string } | null | undefined;
      readonly addPosition: 'header';
    }
  | {
      readonly type: 'api_key';
      readonly data?: { readonly name: string; readonly value: string } | null | undefined;
      readonly addPosition: 'header' | 'query_string';
    };

/** A webhook's credentials for its endpoint, as the API returns them: without the secret part. */
export interface WebhookAuthentication {
  /** The kind of credentials. */
  type: Open<'basic_auth' | 'bearer_token' | 'api_key'>;
  /** The part that is not secret: the user name, or the name of the key. Keys unchanged. */
  data?: Record<string, string>;
  /** Where a request carries the credentials. */
  addPosition?: Open<'header' | 'query_string'>;
}
