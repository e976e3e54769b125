import type { RetryConfig } from './retry-config.ts';
import type { RetryEvent } from './retry-event.ts';

/** Settings of a client and of a single call; those of the call win. */
export interface CallOptions {
  /** Whether and how to retry. Replaces the client's setting as a whole. */
  readonly retries?: RetryConfig | undefined;
  /**
   * How long one try may take, from asking for the credentials to the last byte of the answer, in
   * milliseconds; default 30,000.
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the call, and a delay between tries too; the call then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Headers of the request, added to the client's; the same name replaces. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * The server, such as `https://hooks.example.com`, with or without a path in front of the
   * API's. When omitted: `subdomain`, then `ZENDESK_BASE_URL`, then `ZENDESK_SUBDOMAIN`.
   */
  readonly baseUrl?: string | undefined;
  /** Called for each try that failed and will be followed by another. */
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
}
