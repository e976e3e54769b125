import { createContentDecoder } from '../../http-client/create-content-decoder.ts';
import type { HttpClient } from '../../http-client/create-http-client.ts';
import { composeRequest, type OutboundRequest } from './compose-request.ts';
import type { Delivery } from './delivery.ts';
import type { Exchange } from './exchange.ts';
import { shownResponse } from './shown-response.ts';

/**
 * Makes one delivery and resolves to how it ended. It never rejects: whatever goes wrong is a
 * `failed` or `timeout` exchange.
 */
export type Send = (delivery: Delivery) => Promise<Exchange>;

/**
 * The one way out of Hooktrail: attempts and test requests both use it, and nothing above it knows
 * HTTP. Another kind of destination (a queue, a function) plugs in here, as another `Send` that is
 * chosen by the target. `seal` seals the value of a custom header for the trail.
 */
export function createSend(client: HttpClient, seal: (value: string) => string): Send {
  const decode = createContentDecoder();
  return (delivery) =>
    new Promise((resolve) => {
      let request: OutboundRequest;
      try {
        request = composeRequest(delivery, seal);
      } catch (error) {
        resolve(notComposed(delivery, error as Error));
        return;
      }
      const {
        method: requestMethod,
        loggedUrl: requestUrl,
        loggedHeaders: requestHeaders,
      } = request;
      client.send(request, delivery.timeLimitMs, delivery.nowMs, (ended) => {
        const {
          durationMs,
          errorClass,
          errorMessage,
          fault,
          phases,
          response,
          startedAtMs,
          status,
          unsent,
        } = ended;
        const exchange = {
          status,
          startedAtMs,
          durationMs,
          phases,
          requestMethod,
          requestUrl,
          requestHeaders,
          response,
          fault,
          errorClass,
          errorMessage,
          ...(unsent === true && { unsent }),
        };
        if (response?.raw === undefined) resolve(exchange);
        else
          resolve(
            shownResponse(response, decode).then((shown) => ({ ...exchange, response: shown })),
          );
      });
    });
}

/**
 * A request that cannot be composed goes on the record like any other failure. Thrown instead, it
 * would leave the lease to expire, and the invocation would be claimed again and again.
 */
function notComposed({ nowMs }: Delivery, error: Error): Exchange {
  return {
    status: 'failed',
    startedAtMs: nowMs,
    durationMs: 0,
    phases: undefined,
    requestMethod: null,
    requestUrl: null,
    requestHeaders: [],
    response: undefined,
    fault: 'endpoint',
    errorClass: 'failed',
    errorMessage: `failed: could not compose the request: ${error.message}`,
  };
}
