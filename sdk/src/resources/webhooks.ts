import type { APIPromise } from './api-promise.ts';
import { decodeAttempt } from './internal/attempt.ts';
import { list } from './internal/list.ts';
import { nothing } from './internal/nothing.ts';
import { webhooksPath } from './internal/path.ts';
import type { Envelope, Send } from './internal/transport.ts';
import { decode, encode } from './internal/wire.ts';
import type {
  SigningSecret,
  Webhook,
  WebhookInput,
  WebhookPatch,
  WebhookSort,
  WebhookStatus,
  WebhookTestInput,
  WebhookTestResult,
} from './models.ts';
import type { CallOptions } from './options.ts';
import type { PagePromise, PageQuery } from './page.ts';

/** Which webhooks to list, and in which order. */
export interface ListWebhooksQuery extends PageQuery {
  /** A part of the name: `filter[name_contains]`. */
  readonly filterNameContains?: string | undefined;
  /** The status: `filter[status]`. */
  readonly filterStatus?: WebhookStatus | undefined;
  /** The order; newest first if not given. */
  readonly sort?: WebhookSort | undefined;
}

/**
 * The webhooks of an account.
 *
 * Every method throws `APIError` for an answer that is no success, `ConnectionError` or
 * `TimeoutError` for none, `ResponseValidationError` for a body that is not what the operation
 * answers, and `ConfigurationError` before anything is sent.
 */
export interface Webhooks {
  /**
   * Lists the webhooks. Renders `list_webhooks`. Await the result for the first page, or iterate
   * over it for the webhooks of all pages.
   *
   * @param query - Filters, order, size and place; every page keeps the first three.
   * @param options - Hold for each page.
   */
  list(query?: ListWebhooksQuery, options?: CallOptions): PagePromise<Webhook>;

  /**
   * Makes a webhook. Renders `create_or_clone_webhook` with a body.
   *
   * @param webhook - The webhook.
   * @param options - Hold for this call.
   */
  create(webhook: WebhookInput, options?: CallOptions): APIPromise<Webhook>;

  /**
   * Makes a webhook like another, its credentials included; the name gets ` (copy)` at its end.
   * Renders `create_or_clone_webhook` with `clone_webhook_id`.
   *
   * @param webhookId - The webhook to copy.
   * @param options - Hold for this call.
   */
  clone(webhookId: string, options?: CallOptions): APIPromise<Webhook>;

  /**
   * Shows a webhook. Renders `show_webhook`.
   *
   * @param webhookId - The webhook.
   * @param options - Hold for this call.
   */
  get(webhookId: string, options?: CallOptions): APIPromise<Webhook>;

  /**
   * Replaces a webhook: what `webhook` leaves out is removed, but for `subscriptions`, which
   * stay. Renders `update_webhook`.
   *
   * @param webhookId - The webhook.
   * @param webhook - What it is to be.
   * @param options - Hold for this call.
   */
  update(webhookId: string, webhook: WebhookInput, options?: CallOptions): APIPromise<void>;

  /**
   * Changes some fields of a webhook; `null` removes one. Renders `patch_webhook`.
   *
   * @param webhookId - The webhook.
   * @param webhook - The fields to change.
   * @param options - Hold for this call.
   */
  patch(webhookId: string, webhook: WebhookPatch, options?: CallOptions): APIPromise<void>;

  /**
   * Deletes a webhook. Renders `delete_webhook`. Tried again after an answer was lost, it may
   * find the webhook gone and throw `NotFoundError`.
   *
   * @param webhookId - The webhook.
   * @param options - Hold for this call.
   */
  delete(webhookId: string, options?: CallOptions): APIPromise<void>;

  /**
   * Sends one request to an endpoint and tells what came of it. An endpoint that fails is a
   * result, not an error. Renders `test_webhook`.
   *
   * @param request - The request; with `webhookId`, what is to differ from the webhook.
   * @param options - `webhookId`: the webhook that fills in what `request` leaves out; the rest
   *   holds for this call.
   */
  test(
    request: WebhookTestInput,
    options?: CallOptions & { readonly webhookId?: string | undefined },
  ): APIPromise<WebhookTestResult>;

  /**
   * Shows the secret that a webhook's deliveries are signed with. Renders
   * `show_webhook_signing_secret`.
   *
   * @param webhookId - The webhook.
   * @param options - Hold for this call.
   */
  getSigningSecret(webhookId: string, options?: CallOptions): APIPromise<SigningSecret>;

  /**
   * Replaces the secret that a webhook's deliveries are signed with, and shows the new one.
   * Renders `reset_webhook_signing_secret`.
   *
   * @param webhookId - The webhook.
   * @param options - Hold for this call.
   */
  resetSigningSecret(webhookId: string, options?: CallOptions): APIPromise<SigningSecret>;
}

const readWebhook = (body: Envelope): Webhook => decode(body.webhook);
const readSecret = (body: Envelope): SigningSecret => decode(body.signing_secret);

/** Makes the operations on webhooks. */
export const webhooks = (send: Send): Webhooks => ({
  list: (query = {}, options) => list(send, webhooksPath(), 'webhooks', query, options),
  create: (webhook, options) =>
    send(
      { method: 'POST', path: webhooksPath(), body: { webhook: encode(webhook) } },
      readWebhook,
      options,
    ),
  clone: (webhookId, options) =>
    send(
      { method: 'POST', path: webhooksPath(), query: { clone_webhook_id: webhookId } },
      readWebhook,
      options,
    ),
  get: (webhookId, options) => send({ path: webhooksPath(webhookId) }, readWebhook, options),
  update: (webhookId, webhook, options) =>
    send(
      { method: 'PUT', path: webhooksPath(webhookId), body: { webhook: encode(webhook) } },
      nothing,
      options,
    ),
  patch: (webhookId, webhook, options) =>
    send(
      { method: 'PATCH', path: webhooksPath(webhookId), body: { webhook: encode(webhook) } },
      nothing,
      options,
    ),
  delete: (webhookId, options) =>
    send({ method: 'DELETE', path: webhooksPath(webhookId) }, nothing, options),
  test: (request, { webhookId, ...options } = {}) =>
    send(
      {
        method: 'POST',
        path: webhooksPath('test'),
        query: { webhook_id: webhookId },
        body: { request: encode(request) },
      },
      // The answer comes in one shape, in the other, or in both at once.
      ({ test, response }) => decodeAttempt({ ...test, response }),
      options,
    ),
  getSigningSecret: (webhookId, options) =>
    send({ path: webhooksPath(webhookId, 'signing_secret') }, readSecret, options),
  resetSigningSecret: (webhookId, options) =>
    send({ method: 'POST', path: webhooksPath(webhookId, 'signing_secret') }, readSecret, options),
});
