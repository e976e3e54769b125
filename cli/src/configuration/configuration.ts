/** A webhook in the file. The names are those of the API; omitted fields stay as they are. */
export interface WebhookEntry {
  readonly name: string;
  readonly endpoint?: string;
  readonly http_method?: string;
  readonly request_format?: string;
  readonly status?: string;
  readonly description?: string;
  readonly subscriptions?: readonly string[];
  /** Its secret parts are in no export, and an import does not compare them. */
  readonly authentication?: Readonly<Record<string, unknown>>;
  /** Its own delivery rules; empty for none. */
  readonly delivery?: Readonly<Record<string, unknown>>;
}

/** A saved view in the file. */
export interface ViewEntry {
  readonly name: string;
  readonly screen: string;
  readonly search?: string;
  readonly columns?: readonly string[];
}

/** The secrets of a webhook. */
export interface WebhookSecrets {
  readonly signing_secret: string;
  readonly custom_headers?: Readonly<Record<string, string>>;
}

/** Everything that the file may have. Kinds that are omitted stay as they are. */
export interface Configuration {
  readonly version: 1;
  readonly account?: { readonly profile?: string };
  readonly keys?: readonly string[];
  readonly webhooks?: readonly WebhookEntry[];
  readonly views?: readonly ViewEntry[];
  /** Of webhooks, by name; sealed with a passphrase. */
  readonly secrets?: string;
}
