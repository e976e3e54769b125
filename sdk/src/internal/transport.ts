import type { APIPromise } from '../api-promise.ts';
import type { CallOptions, RequestInput, ZendeskOptions } from '../options.ts';
import { apiPromise } from './api-promise.ts';
import { resolveBaseUrl } from './base-url.ts';
import { exchange } from './exchange.ts';
import { nothing } from './nothing.ts';
import { toPath } from './path.ts';
import { queryString } from './query.ts';
import { retryDelay } from './retry.ts';
import { within } from './within.ts';

/**
 * The parts of the answers' bodies that operations look at, as they should be. What is not so
 * throws a `TypeError` where it is read, and that becomes a `ResponseValidationError`.
 */
export interface Envelope {
  readonly webhook: unknown;
  readonly webhooks: readonly unknown[];
  readonly signing_secret: unknown;
  readonly invocations: readonly unknown[];
  readonly attempts: readonly object[];
  readonly meta?: {
    readonly has_more?: boolean;
    readonly after_cursor?: string | null;
    readonly before_cursor?: string | null;
  };
  readonly test?: object;
  readonly response?: object;
}

/**
 * Sends one request, again where that may help, and reads the answer's JSON with `read`, which
 * throws when it is not what the operation answers.
 */
export type Send = <T>(
  request: RequestInput,
  read: (body: Envelope) => T,
  options?: CallOptions,
) => APIPromise<T>;

/** Makes the function that sends the requests of one client. */
export const createTransport =
  (client: ZendeskOptions): Send =>
  (request, read, options = {}) => {
    const run = async () => {
      const method = (request.method ?? 'GET').toUpperCase();
      const url =
        resolveBaseUrl(options.baseUrl || client.baseUrl, client.subdomain) +
        toPath(request.path) +
        queryString(request.query);
      const body = JSON.stringify(request.body);
      const startedAt = performance.now();

      for (let attempt = 1; ; attempt++) {
        const triedAt = performance.now();
        let outcome: number | string | undefined;
        let delayMs: number | undefined;
        try {
          const result = await exchange(client, options, method, url, body, read);
          outcome = result.response.status;
          return result;
        } catch (error) {
          // A signal may be aborted with anything for a reason, `null` too.
          const failure = error as { name?: string; statusCode?: number } | null;
          outcome = failure?.statusCode ?? failure?.name;
          delayMs = retryDelay(
            error,
            attempt,
            performance.now() - startedAt,
            request.idempotent ?? method !== 'POST',
            options.retries ?? client.retries,
          );
          if (delayMs == null) throw error;
          (options.onRetry ?? client.onRetry)?.({ attempt, delayMs, cause: error as Error });
        } finally {
          const durationMs = performance.now() - triedAt;
          client.logger?.debug(`${method} ${url}`, { attempt, durationMs, outcome, delayMs });
        }
        await within(delayMs, options.signal, nothing);
      }
    };
    return apiPromise(run());
  };
