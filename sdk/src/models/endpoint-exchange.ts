/** A header as sent: a name may occur more than once. */
export interface HeaderEntry {
  /** The name of the header. */
  key: string;
  /** The value of the header; `********` stands for one that is masked. */
  value: string;
}

/** The request of an attempt. */
export interface EndpointRequest {
  /**
   * The headers in the order sent, credentials masked. Hooktrail also masks values of custom
   * headers, by the role of the token: see `invocations.revealHeaders`.
   */
  headers?: HeaderEntry[];
  /** The body as text; only the start of a long one. */
  payload?: string;
  /** The size of the whole body in bytes; only Hooktrail sends it. */
  payloadLength?: number;
}

/** An endpoint's answer. */
export interface EndpointResponse {
  /** The HTTP status. */
  statusCode?: number;
  /** The headers in the order received. */
  headers?: HeaderEntry[];
  /** The body as text; only the start of a long one. */
  payload?: string;
  /** The size of the whole body in bytes; only Hooktrail sends it. */
  payloadLength?: number;
}
