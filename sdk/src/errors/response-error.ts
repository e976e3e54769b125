import { retryAfterMs } from './retry-after.ts';
import { ZendeskError } from './zendesk-error.ts';

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    // Proxies answer in HTML and in plain text.
    return undefined;
  }
};

/** The server answered, but not with what the call asked for. */
export abstract class ResponseError extends ZendeskError {
  /** The HTTP status; 0 where a browser hides a redirect. */
  readonly statusCode: number;
  /** The body as text, the credentials of the request redacted; empty if the body was cut off. */
  readonly body: string;
  /** The body as JSON, keys unchanged; `undefined` when it is not JSON. */
  readonly data: unknown;
  /** The headers of the answer. */
  readonly headers: Headers;
  /** The answer. Its body is already read: it is in `body`. */
  readonly rawResponse: Response;
  /** The server's id for this request (`x-request-id`), which its logs carry too. */
  readonly requestId: string | undefined;
  /** The method of the request. */
  readonly method: string;
  /** The URL of the request. */
  readonly url: string;
  /** The wait that `Retry-After` asks for, in milliseconds; `undefined` without one. */
  readonly retryAfterMs: number | undefined;

  /**
   * The client constructs these; call it yourself only in test doubles.
   *
   * @param note - Follows the status in the message.
   */
  constructor(
    method: string,
    url: string,
    rawResponse: Response,
    body: string,
    note: string,
    options?: ErrorOptions,
  ) {
    const { status, headers } = rawResponse;
    const requestId = headers.get('x-request-id') ?? undefined;
    const suffix = requestId ? ` (request id ${requestId})` : '';
    super(`${method} ${url} answered ${status}${note}${suffix}`, options);
    this.statusCode = status;
    this.body = body;
    this.data = parsed(body);
    this.headers = headers;
    this.rawResponse = rawResponse;
    this.requestId = requestId;
    this.method = method;
    this.url = url;
    this.retryAfterMs = retryAfterMs(headers.get('retry-after'));
  }
}
