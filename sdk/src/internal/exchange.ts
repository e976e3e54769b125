import { ConnectionError } from '../errors/connection-error.ts';
import { PaginationError } from '../errors/pagination-error.ts';
import { ResponseValidationError } from '../errors/response-validation-error.ts';
import { TimeoutError } from '../errors/timeout-error.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { ZendeskOptions } from '../options/zendesk-options.ts';
import type { WithResponse } from '../results/api-promise.ts';
import { credentials } from './credentials.ts';
import { errorClass } from './error-class.ts';
import { requestHeaders } from './request-headers.ts';
import { within } from './within.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/** How much of a body an error message quotes. */
const MAX_QUOTED_CHARACTERS = 1024;

/** One request, ready to be sent. */
export interface Outgoing {
  readonly client: ZendeskOptions;
  readonly options: CallOptions;
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
}

const parse = (text: string): unknown => (text ? JSON.parse(text) : undefined);

/** Why a body was not accepted. A message of `JSON.parse` would quote the body: it may be secret. */
const reasonOf = (cause: unknown): string =>
  cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message;

/**
 * Sends a request once and reads the answer with `read`, which throws when the body is not what the
 * operation returns. The status decides before the body: an error has the class of its status even
 * when its body never ends.
 */
export const exchange = <T>(
  { client, options, method, url, body }: Outgoing,
  read: (body: unknown) => T,
): Promise<WithResponse<T>> => {
  const { timeoutMs = client.timeoutMs ?? DEFAULT_TIMEOUT_MS } = options;
  const label = `${method} ${url}`;
  let secrets: readonly string[] = [];
  let response: Response | undefined;

  // Some servers quote the credentials that they refuse.
  const redact = (text: string) =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);

  const refusal = (rawResponse: Response, text: string) => {
    const redacted = redact(text);
    const quoted = redacted.replace(/\s+/g, ' ').slice(0, MAX_QUOTED_CHARACTERS);
    const ErrorClass = errorClass(rawResponse.status);
    return new ErrorClass(method, url, rawResponse, redacted, quoted && `: ${quoted}`);
  };

  const onTimeout = async () => {
    if (response && !response.ok) throw refusal(response, '');
    throw new TimeoutError(`${label} took longer than ${timeoutMs} ms`);
  };

  const work = async (signal: AbortSignal) => {
    const [authorization, ...rest] = await credentials(client.auth);
    secrets = rest;
    const headers = requestHeaders({
      accept: 'application/json',
      'content-type': body === undefined ? undefined : 'application/json',
      authorization,
      ...client.headers,
      ...options.headers,
    });

    let text = '';
    try {
      const send = client.fetch ?? fetch;
      response = await send(url, {
        method,
        headers,
        body: body ?? null,
        // A redirect must not decide where the credentials go.
        redirect: 'manual',
        signal,
      });
      text = await response.text();
    } catch (cause) {
      // A refusal whose body breaks off remains a refusal.
      if (!response || response.ok) {
        // `fetch` throws "fetch failed" and gives the reason only as the cause.
        const reason = (cause as Error | null)?.cause ?? cause;
        throw new ConnectionError(`${label} failed: ${reason}`, { cause });
      }
    }
    if (!response.ok) throw refusal(response, text);

    try {
      return { data: read(parse(text)), response };
    } catch (cause) {
      if (cause instanceof PaginationError) throw cause;
      const note = ` with an unexpected body: ${reasonOf(cause)}`;
      throw new ResponseValidationError(method, url, response, redact(text), note, { cause });
    }
  };

  return within(timeoutMs, options.signal, onTimeout, work);
};
