import type { APIPromise } from './api-promise.ts';
import { createTransport, type Send } from './internal/transport.ts';
import type { CallOptions, RequestInput, ZendeskOptions } from './options.ts';
import { type WebhookInvocations, webhookInvocations } from './webhook-invocations.ts';
import { type Webhooks, webhooks } from './webhooks.ts';

/**
 * A client of the Zendesk Webhooks API, at Zendesk or at Hooktrail. Renders
 * `Zendesk(security=Security(username, password))`.
 *
 * Nothing is read or sent when it is made: missing settings are reported by the first call.
 */
export class Zendesk {
  /** The webhooks of the account. */
  declare readonly webhooks: Webhooks;
  /** Their invocations and attempts. Renders `webhook_invocations`. */
  declare readonly webhookInvocations: WebhookInvocations;
  readonly #send: Send;

  /** @param options - Where, as whom and how; what is left out comes from the environment. */
  constructor(options: ZendeskOptions = {}) {
    this.#send = createTransport(options);
    this.webhooks = webhooks(this.#send);
    this.webhookInvocations = webhookInvocations(this.#send);
  }

  /**
   * Sends a request for which there is no method, with the client's base URL, credentials,
   * retries and errors.
   *
   * @param request - The request.
   * @param options - Hold for this call.
   * @returns The answer's JSON as it came, `undefined` when the answer is empty. Its type is the
   *   caller's word: nothing checks it.
   */
  request<T = unknown>(request: RequestInput, options?: CallOptions): APIPromise<T> {
    return this.#send(request, (body) => body as T, options);
  }
}
