/** A request for `Zendesk.request`. */
export interface RequestInput {
  /** Default `GET`. */
  readonly method?: string | undefined;
  /**
   * The path below the base URL: a string that is sent as it is, such as `/api/v2/webhooks`, or
   * segments that the client encodes, such as `['api', 'v2', 'webhooks', id]`.
   */
  readonly path: string | readonly string[];
  /** The query. `undefined` and `null` are omitted; a `Date` is written in ISO 8601. */
  readonly query?: object | undefined;
  /** The body, sent as JSON; no body if `undefined`. */
  readonly body?: unknown;
  /** The body as JSON text that is ready, sent byte for byte instead of `body`. */
  readonly rawBody?: string | undefined;
  /** Whether repeating the request is harmless; if so, the client retries it after any failure. */
  readonly idempotent?: boolean | undefined;
}
