import type { ZendeskOptions } from '../options/zendesk-options.ts';
import { apiPromise } from './api-promise.ts';
import { resolveBaseUrl } from './base-url.ts';
import { exchange } from './exchange.ts';
import { toPath } from './path.ts';
import { queryString } from './query.ts';
import { retryDelay } from './retry.ts';
import type { Send } from './send.ts';
import { toJson } from './to-json.ts';
import { within } from './within.ts';

/** Creates the function that sends the requests of one client. */
export const createTransport =
  (client: ZendeskOptions): Send =>
  (request, read, options = {}) => {
    const run = async () => {
      const method = (request.method ?? 'GET').toUpperCase();
      const baseUrl = resolveBaseUrl(options.baseUrl || client.baseUrl, client.subdomain);
      const url = baseUrl + toPath(request.path) + queryString(request.query);
      const body = request.rawBody ?? toJson(request.body);
      const startedAt = performance.now();

      for (let attempt = 1; ; attempt++) {
        const triedAt = performance.now();
        let outcome: number | string | undefined;
        let delayMs: number | undefined;
        try {
          const result = await exchange({ client, options, method, url, body }, read);
          outcome = result.response.status;
          return result;
        } catch (error) {
          // A signal may abort with any reason, `null` too.
          const failure = error as { name?: string; statusCode?: number } | null;
          outcome = failure?.statusCode ?? failure?.name;
          delayMs = retryDelay(
            error,
            attempt,
            performance.now() - startedAt,
            request.idempotent ?? method !== 'POST',
            options.retries ?? client.retries,
          );
          if (delayMs === undefined) throw error;
          const onRetry = options.onRetry ?? client.onRetry;
          onRetry?.({ attempt, delayMs, cause: error as Error });
        } finally {
          const durationMs = performance.now() - triedAt;
          client.logger?.debug(`${method} ${url}`, { attempt, durationMs, outcome, delayMs });
        }
        await within(delayMs, options.signal, () => {});
      }
    };
    return apiPromise(run());
  };
