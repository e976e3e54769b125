import type { WithResponse } from '../api-promise.ts';
import {
  ConfigurationError,
  ConnectionError,
  PaginationError,
  ResponseValidationError,
  TimeoutError,
} from '../errors.ts';
import type { CallOptions, ZendeskOptions } from '../options.ts';
import { credentials } from './credentials.ts';
import { errorClass } from './error-class.ts';
import { within } from './within.ts';

/**
 * Sends a request once and reads the answer. The status is judged before the body: whatever the
 * body of an error is, even one that never ends, the error is that of the status.
 */
export const exchange = <T>(
  client: ZendeskOptions,
  options: CallOptions,
  method: string,
  url: string,
  body: string | undefined,
  read: (body: never) => T,
): Promise<WithResponse<T>> => {
  const { timeoutMs = client.timeoutMs ?? 30_000 } = options;
  const label = `${method} ${url}`;
  let secrets: readonly string[] = [];
  let response: Response | undefined;

  const refusal = (rawResponse: Response, text: string) => {
    // Some servers quote the credentials that they refuse.
    for (const secret of secrets) text = text.replaceAll(secret, '[redacted]');
    const note = text && `: ${text.replace(/\s+/g, ' ').slice(0, 1024)}`;
    return new (errorClass(rawResponse.status))(method, url, rawResponse, text, note);
  };

  return within(
    timeoutMs,
    options.signal,
    async () => {
      if (response && !response.ok) throw refusal(response, '');
      throw new TimeoutError(`${label} took longer than ${timeoutMs} ms`);
    },
    async (signal) => {
      const headers = new Headers();
      const [authorization, ...rest] = await credentials(client.auth);
      secrets = rest;
      for (const [name, value] of Object.entries({
        accept: 'application/json',
        'content-type': body && 'application/json',
        authorization,
        ...client.headers,
        ...options.headers,
      })) {
        try {
          if (value != null) headers.set(name, value);
        } catch {
          // Not with its cause, which quotes the value: it may be a credential.
          throw new ConfigurationError(`Not a header: ${name}`);
        }
      }

      let text = '';
      try {
        response = await (client.fetch ?? fetch)(url, {
          method,
          headers,
          body: body ?? null,
          // A redirect must not decide where the credentials go.
          redirect: 'manual',
          signal,
        });
        text = await response.text();
      } catch (cause) {
        if (!response || response.ok) {
          // `fetch` says what happened only in the cause of what it throws.
          const reason = (cause as Error | null)?.cause ?? cause;
          throw new ConnectionError(`${label} failed: ${reason}`, { cause });
        }
      }
      if (!response.ok) throw refusal(response, text);
      try {
        return { data: read((text ? JSON.parse(text) : undefined) as never), response };
      } catch (cause) {
        if (cause instanceof PaginationError) throw cause;
        throw new ResponseValidationError(method, url, response, text, ' with an unexpected body', {
          cause,
        });
      }
    },
  );
};
