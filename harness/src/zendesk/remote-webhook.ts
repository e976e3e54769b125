/** A webhook as the service shows it. */
export interface RemoteWebhook {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly status: 'active' | 'inactive';
  readonly subscriptions: readonly string[];
  readonly created_at: string;
  readonly created_by: string;
  readonly updated_at?: string;
  readonly updated_by?: string;
  readonly endpoint: string;
  readonly http_method: string;
  readonly request_format: string;
  readonly authentication?: object;
}

/** What a test may say about a webhook. */
export type RemoteWebhookInput = Partial<
  Pick<
    RemoteWebhook,
    | 'name'
    | 'description'
    | 'status'
    | 'subscriptions'
    | 'endpoint'
    | 'http_method'
    | 'request_format'
    | 'authentication'
  >
>;
