/** A header as sent: a name may occur more than once. */
export interface HeaderEntry {
  /** The name of the header. */
  key: string;
  /** The value of the header; masked where it is a credential. */
  value: string;
}

/** The request of an attempt. */
export interface EndpointRequest {
  /** The headers in the order sent, credentials masked. */
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
