import type { Send } from './internal/send.ts';
import { createTransport } from './internal/transport.ts';
import type { CallOptions } from './options/call-options.ts';
import type { RequestInput } from './options/request-input.ts';
import type { ZendeskOptions } from './options/zendesk-options.ts';
import { type WebhookInvocations, webhookInvocations } from './resources/webhook-invocations.ts';
import { type Webhooks, webhooks } from './resources/webhooks.ts';
import type { APIPromise } from './results/api-promise.ts';

/**
 * A client of the Zendesk Webhooks API, at Zendesk or at Hooktrail. Corresponds to
 * `Zendesk(security=Security(username, password))` in the Python client.
 *
 * The constructor neither reads nor sends anything: the first call reports missing settings.
 */
export class Zendesk {
  /** The webhooks of the account. */
  readonly webhooks: Webhooks;
  /** Their invocations and attempts. Corresponds to `webhook_invocations`. */
  readonly webhookInvocations: WebhookInvocations;
  readonly #send: Send;

  /** @param options - Server, credentials and more; omitted ones come from the environment. */
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
   * @param options - Apply to this call.
   * @returns The JSON of the answer, unchanged; `undefined` when the answer is empty. The caller
   *   vouches for its type: nothing checks it.
   */
  request<T = unknown>(request: RequestInput, options?: CallOptions): APIPromise<T> {
    return this.#send(request, (body) => body as T, options);
  }
}
