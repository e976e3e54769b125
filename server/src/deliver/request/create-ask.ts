import type { AskEndpoint, HandshakeAnswer } from '../../gates/handshakes.ts';
import type { HttpClient } from '../../http-client/create-http-client.ts';
import type { HeaderList } from '../../http-client/header-list.ts';
import type { HttpExchange } from '../../http-client/http-exchange.ts';
import type { HttpRequest } from '../../http-client/http-request.ts';
import type { Clock } from '../../model/clock.ts';
import type { RateLimit } from '../../model/rules.ts';
import { MINUTE_MS } from '../../model/time-units.ts';
import { composeRequest } from './compose-request.ts';

/** As much as a webhook's own rate limit may be; what an endpoint allows beyond counts as this. */
const MOST_RATE = 100_000;

/** A value of a header that is shown; an endpoint may send any. */
const SHOWN_CHARACTERS = 100;

/**
 * Makes what asks an endpoint whether it wants deliveries (CloudEvents, "HTTP 1.1 Web Hooks for Event
 * Delivery", 4): an OPTIONS request to its URL, with the credentials and custom headers of the webhook,
 * since a gateway in front of it may want them. Only the headers of the answer decide: a site that answers 200
 * to every OPTIONS request has not agreed to anything.
 */
export function createAsk(client: HttpClient, origin: string, clock: Clock): AskEndpoint {
  return (webhook, rules) =>
    new Promise((resolve) => {
      const refuse = (reason: string) =>
        resolve({ allowedOrigin: undefined, allowedRate: undefined, reason });
      let request: HttpRequest;
      const nowMs = clock.now();
      const wanted = rules.rateLimit === null ? undefined : aMinute(rules.rateLimit);
      try {
        const { headers, ...rest } = composeRequest(
          {
            target: { ...webhook, httpMethod: 'GET' },
            accountId: webhook.accountId,
            webhookId: webhook.id,
            invocationId: '',
            payload: '',
            nowMs,
            timeLimitMs: rules.timeLimitMs,
            standardWebhooks: false,
          },
          (value) => value,
        );
        request = {
          ...rest,
          method: 'OPTIONS',
          headers: [
            ...withoutOurs(headers),
            'WebHook-Request-Origin',
            origin,
            ...(wanted === undefined ? [] : ['WebHook-Request-Rate', String(wanted)]),
          ],
        };
      } catch (error) {
        refuse(`could not compose the request: ${(error as Error).message}`);
        return;
      }
      client.send(request, rules.timeLimitMs, nowMs, (exchange) =>
        resolve(answerOf(exchange, origin)),
      );
    });
}

function answerOf({ errorMessage, response }: HttpExchange, origin: string): HandshakeAnswer {
  const refused = (reason: string) => ({
    allowedOrigin: undefined,
    allowedRate: undefined,
    reason: reason.slice(0, 1_000).replaceAll('\u0000', '\uFFFD'),
  });
  if (response === undefined) return refused(errorMessage ?? 'it did not answer');
  const allowedOrigin = headerOf(response.headers, 'webhook-allowed-origin');
  const answered = `its answer ${response.statusCode}`;
  if (allowedOrigin === undefined) {
    return refused(`${answered} to OPTIONS has no WebHook-Allowed-Origin`);
  }
  if (allowedOrigin !== '*' && allowedOrigin.toLowerCase() !== origin.toLowerCase()) {
    return refused(
      `${answered} allows ${shown(allowedOrigin)}, and deliveries come from ${origin}`,
    );
  }
  const rate = headerOf(response.headers, 'webhook-allowed-rate');
  if (rate === undefined || rate === '*') {
    return { allowedOrigin, allowedRate: undefined, reason: undefined };
  }
  if (!/^\d{1,15}$/.test(rate) || Number(rate) === 0) {
    const rule = 'must be * or a number of requests a minute above 0';
    return refused(`WebHook-Allowed-Rate of ${answered} ${rule}, got ${shown(rate)}`);
  }
  return { allowedOrigin, allowedRate: Math.min(Number(rate), MOST_RATE), reason: undefined };
}

/** A limit in whole requests a minute, one at least. */
function aMinute({ requests, spanMs }: RateLimit): number {
  return Math.max(1, Math.floor((requests * MINUTE_MS) / spanMs));
}

/** Nothing is delivered, so nothing is signed. */
function withoutOurs(headers: HeaderList): HeaderList {
  return headers.filter((_, at) => !/^x-zendesk-/i.test(headers[at - (at % 2)] as string));
}

function headerOf(headers: HeaderList, wanted: string): string | undefined {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  return at < 0 ? undefined : headers[at + 1]?.trim();
}

const shown = (value: string): string => JSON.stringify(value.slice(0, SHOWN_CHARACTERS));
