import { retryAfterMs } from './internal/retry-after.ts';
import { ZendeskError } from './zendesk-error.ts';

export { ConfigurationError } from './configuration-error.ts';
export {
  SignatureVerificationError,
  type SignatureVerificationReason,
} from './signature-verification-error.ts';
export { ZendeskError } from './zendesk-error.ts';

/** No answer came: no connection, or one that broke. The cause is what `fetch` said. */
export class ConnectionError extends ZendeskError {
  override name = 'ConnectionError';
}

/** No whole answer came within `timeoutMs`. */
export class TimeoutError extends ConnectionError {
  override name = 'TimeoutError';
}

/** The server hands out a cursor that leads nowhere: the page behind it is the same page. */
export class PaginationError extends ZendeskError {
  override name = 'PaginationError';
}

/** The request was answered, but not with what was asked for. */
export abstract class ResponseError extends ZendeskError {
  /** The HTTP status; 0 where a browser hides a redirect. */
  declare readonly statusCode: number;
  /** The body as text, with the credentials of the request taken out; empty if it broke off. */
  declare readonly body: string;
  /** The body as JSON, keys as they came; `undefined` when it is not JSON. */
  declare readonly data: unknown;
  /** The answer's headers. */
  declare readonly headers: Headers;
  /** The answer. Its body has been read: it is in `body`. */
  declare readonly rawResponse: Response;
  /** The server's name for this request (`x-request-id`), to be found in its logs. */
  declare readonly requestId: string | undefined;
  /** The request's method. */
  declare readonly method: string;
  /** The request's URL. */
  declare readonly url: string;
  /** What `Retry-After` asked to wait, in milliseconds; `undefined` when it did not ask. */
  declare readonly retryAfterMs: number | undefined;

  /** Made by the client; elsewhere of use for test doubles. */
  constructor(
    method: string,
    url: string,
    rawResponse: Response,
    body: string,
    note: string,
    options?: ErrorOptions,
  ) {
    const { status: statusCode, headers } = rawResponse;
    const requestId = headers.get('x-request-id') ?? undefined;
    super(
      `${method} ${url} answered ${statusCode}${note}${requestId ? ` (request id ${requestId})` : ''}`,
      options,
    );
    let data: unknown;
    try {
      data = JSON.parse(body);
    } catch {
      // Not JSON: proxies answer in HTML and in plain text.
    }
    Object.assign(this, {
      statusCode,
      body,
      data,
      headers,
      rawResponse,
      requestId,
      method,
      url,
      retryAfterMs: retryAfterMs(headers.get('retry-after')),
    });
  }
}

/**
 * The answer's status is a success, its body is not what the operation answers: HTML of a proxy,
 * half a document, another object. The cause says what was wrong. Never retried.
 */
export class ResponseValidationError extends ResponseError {
  override name = 'ResponseValidationError';
}

/**
 * The answer's status is not a success. There is a subclass for each status that the API
 * documents and {@link ServerError} for all of 5xx; any other status, a redirect too, is an
 * `APIError` as such.
 */
export class APIError extends ResponseError {
  override name = 'APIError';
}

/** 400: a parameter or the body is malformed, or two parameters contradict each other. */
export class BadRequestError extends APIError {
  override name = 'BadRequestError';
}

/** 401: the credentials are missing or wrong. */
export class UnauthorizedError extends APIError {
  override name = 'UnauthorizedError';
}

/** 403: the credentials do not allow this. */
export class ForbiddenError extends APIError {
  override name = 'ForbiddenError';
}

/** 404: there is no such thing, or it belongs to another account. */
export class NotFoundError extends APIError {
  override name = 'NotFoundError';
}

/** 409: contradicts the present state, or another use of the same idempotency key. */
export class ConflictError extends APIError {
  override name = 'ConflictError';
}

/** 413: the body is larger than the server takes. */
export class PayloadTooLargeError extends APIError {
  override name = 'PayloadTooLargeError';
}

/** 422: well-formed JSON that is not a valid webhook, event or payload. */
export class UnprocessableEntityError extends APIError {
  override name = 'UnprocessableEntityError';
}

/** 429: too many requests. `retryAfterMs` says how long to wait, where the server did. */
export class TooManyRequestsError extends APIError {
  override name = 'TooManyRequestsError';
}

/** 5xx: the server, or something before it, failed. */
export class ServerError extends APIError {
  override name = 'ServerError';
}

/** 503: the server cannot work at the moment and did nothing. */
export class ServiceUnavailableError extends ServerError {
  override name = 'ServiceUnavailableError';
}
