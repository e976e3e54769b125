/**
 * Credentials: a user name and a password, or an e-mail address and an API token (both sent as
 * HTTP Basic, the second as `email/token:TOKEN`), or an access token (sent as Bearer).
 */
export type Auth =
  | { readonly username: string; readonly password: string }
  | { readonly email: string; readonly apiToken: string }
  | { readonly accessToken: string };

/** Delays between the tries of one call. All times are in milliseconds. */
export interface BackoffStrategy {
  /** The longest first delay; 500 if not given. */
  readonly initialInterval?: number | undefined;
  /** No delay is longer, unless `Retry-After` asks for it; 60,000 if not given. */
  readonly maxInterval?: number | undefined;
  /** Each delay is this many times the one before; 1.5 if not given. */
  readonly exponent?: number | undefined;
  /**
   * The budget of the whole call, tries and delays together; 60,000 if not given. A delay that
   * does not fit in what is left of it is not begun: the call fails at once.
   */
  readonly maxElapsedTime?: number | undefined;
}

/**
 * Whether and how a call is tried again.
 *
 * Tried again are: 429 and 503 whatever the method; 500, 502, 504, timeouts and broken
 * connections unless the method is POST, because a POST may have done its work before it failed.
 * The delay before try n + 1 is between half and all of
 * `min(maxInterval, initialInterval * exponent ** (n - 1))`, and never less than `Retry-After`.
 */
export interface RetryConfig {
  /** `'none'` never tries again; `'backoff'` if not given. */
  readonly strategy?: 'backoff' | 'none' | undefined;
  /** The delays. */
  readonly backoff?: BackoffStrategy | undefined;
  /** Whether timeouts and broken connections are tried again at all; `true` if not given. */
  readonly retryConnectionErrors?: boolean | undefined;
}

/** A try that failed and will be followed by another. */
export interface RetryEvent {
  /** The number of the try that failed, from 1. */
  readonly attempt: number;
  /** How long the client waits before the next try, in milliseconds. */
  readonly delayMs: number;
  /** How the try failed: an `APIError`, a `ConnectionError` or a `TimeoutError`. */
  readonly cause: Error;
}

/** What is logged about one try. It never holds a credential, a header or a body. */
export interface LogDetails {
  /** The number of the try, from 1. */
  readonly attempt: number;
  /** How long the try took, in milliseconds. */
  readonly durationMs: number;
  /** The answer's status, or the name of the error when no answer came. */
  readonly outcome: number | string | undefined;
  /** How long the client waits before it tries again, in milliseconds; absent when it does not. */
  readonly delayMs?: number | undefined;
}

/** Where log lines go: `console` fits. */
export interface Logger {
  /** Called once for each try, when it has ended; the message is its method and URL. */
  debug(message: string, details: LogDetails): void;
}

/** What a client and a single call may both be told; a call's word wins. */
export interface CallOptions {
  /** Whether and how to try again. Taken whole: it is not mixed with the client's. */
  readonly retries?: RetryConfig | undefined;
  /**
   * How long one try may take, from asking for the credentials to the last byte of the answer,
   * in milliseconds; 30,000 if not given.
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the call, a delay between tries too; the call then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Headers for the request, besides the client's and instead of its own. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * The server, such as `https://hooks.example.com`, with or without a path in front of the
   * API's. Not given: `subdomain`, then `ZENDESK_BASE_URL`, then `ZENDESK_SUBDOMAIN`.
   */
  readonly baseUrl?: string | undefined;
  /** Told of each try that failed and will be followed by another. */
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
}

/** What a client is made from. */
export interface ZendeskOptions extends Omit<CallOptions, 'signal'> {
  /** The `acme` of `acme.zendesk.com`. Not used where `baseUrl` is given. */
  readonly subdomain?: string | undefined;
  /**
   * The credentials, or a function that gives them and is asked again for each try. Not given:
   * `ZENDESK_ACCESS_TOKEN`, then `ZENDESK_EMAIL` with `ZENDESK_API_TOKEN`, then
   * `ZENDESK_USERNAME` with `ZENDESK_PASSWORD`.
   */
  readonly auth?: Auth | (() => Auth | Promise<Auth>) | undefined;
  /** What sends the requests; the global `fetch` if not given. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Where log lines go; nowhere if not given. */
  readonly logger?: Logger | undefined;
}

/** A request of your own, see `Zendesk.request`. */
export interface RequestInput {
  /** `GET` if not given. */
  readonly method?: string | undefined;
  /**
   * The path below the base URL: as it is to be sent, such as `/api/v2/webhooks`, or in segments
   * that are still to be encoded, such as `['api', 'v2', 'webhooks', id]`.
   */
  readonly path: string | readonly string[];
  /** The query. `undefined` and `null` are left out; a `Date` is written in ISO 8601. */
  readonly query?: object | undefined;
  /** The body, sent as JSON; no body if `undefined`. */
  readonly body?: unknown;
  /** Whether doing it twice is harmless, which makes every failure fit for another try. */
  readonly idempotent?: boolean | undefined;
}
