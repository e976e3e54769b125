import { list } from '../internal/list.ts';
import { readBody } from '../internal/read-body.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { webhooksPath } from '../internal/webhooks-path.ts';
import type { SigningSecret } from '../models/signing-secret.ts';
import type { Webhook, WebhookSort, WebhookStatus } from '../models/webhook.ts';
import type { WebhookInput, WebhookPatch } from '../models/webhook-input.ts';
import type { WebhookTestInput, WebhookTestResult } from '../models/webhook-test.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { signingSecret } from '../shapes/signing-secret.ts';
import { webhook as webhookShape } from '../shapes/webhook.ts';
import { webhookTestResult } from '../shapes/webhook-test-result.ts';

/** The filters, order and page of a list of webhooks. */
export interface ListWebhooksQuery extends PageQuery {
  /** Part of the name: `filter[name_contains]`. */
  readonly filterNameContains?: string | undefined;
  /** The status: `filter[status]`. */
  readonly filterStatus?: WebhookStatus | undefined;
  /** The order; default newest first. */
  readonly sort?: WebhookSort | undefined;
}

/**
 * The webhooks of an account.
 *
 * Every method throws `APIError` when the status is not a success, `ConnectionError` or
 * `TimeoutError` without an answer, `ResponseValidationError` for an unexpected body, and
 * `ConfigurationError` before anything is sent.
 */
export interface Webhooks {
  /**
   * Lists the webhooks. Await the result for the first page, or iterate over it for the webhooks of
   * all pages. Corresponds to `list_webhooks` in the Python client.
   *
   * @param query - Filters, order, size and cursor; every page keeps the first three.
   * @param options - Apply to each page.
   */
  list(query?: ListWebhooksQuery, options?: CallOptions): PagePromise<Webhook>;

  /**
   * Creates a webhook. Corresponds to `create_or_clone_webhook` with a body.
   *
   * @param webhook - The webhook.
   * @param options - Apply to this call.
   */
  create(webhook: WebhookInput, options?: CallOptions): APIPromise<Webhook>;

  /**
   * Copies a webhook with its credentials; the name gets the suffix ` (copy)`. Corresponds to
   * `create_or_clone_webhook` with `clone_webhook_id`.
   *
   * @param webhookId - The webhook to copy.
   * @param options - Apply to this call.
   */
  clone(webhookId: string, options?: CallOptions): APIPromise<Webhook>;

  /**
   * Returns a webhook. Corresponds to `show_webhook`.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  get(webhookId: string, options?: CallOptions): APIPromise<Webhook>;

  /**
   * Replaces a webhook: omitted fields are removed, except `subscriptions`, which stay. Corresponds
   * to `update_webhook`.
   *
   * @param webhookId - The webhook.
   * @param webhook - The replacement.
   * @param options - Apply to this call.
   */
  update(webhookId: string, webhook: WebhookInput, options?: CallOptions): APIPromise<void>;

  /**
   * Changes some fields of a webhook; `null` removes one. Corresponds to `patch_webhook`.
   *
   * @param webhookId - The webhook.
   * @param webhook - The fields to change.
   * @param options - Apply to this call.
   */
  patch(webhookId: string, webhook: WebhookPatch, options?: CallOptions): APIPromise<void>;

  /**
   * Deletes a webhook. A retry after a lost answer may find the webhook deleted already and throw
   * `NotFoundError`. Corresponds to `delete_webhook`.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  delete(webhookId: string, options?: CallOptions): APIPromise<void>;

  /**
   * Sends one request to an endpoint and returns the outcome. A failing endpoint is a result, not
   * an error. Corresponds to `test_webhook`.
   *
   * @param request - The request; with `webhookId`, the fields that differ from the webhook.
   * @param options - `webhookId`: the webhook that supplies the omitted fields; the rest applies to
   *   this call.
   */
  test(
    request: WebhookTestInput,
    options?: CallOptions & { readonly webhookId?: string | undefined },
  ): APIPromise<WebhookTestResult>;

  /**
   * Returns the secret that signs a webhook's deliveries. Corresponds to
   * `show_webhook_signing_secret`.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  getSigningSecret(webhookId: string, options?: CallOptions): APIPromise<SigningSecret>;

  /**
   * Replaces the secret that signs a webhook's deliveries, and returns the new one. Corresponds to
   * `reset_webhook_signing_secret`.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  resetSigningSecret(webhookId: string, options?: CallOptions): APIPromise<SigningSecret>;
}

const readWebhook = readOne('webhook', webhookShape);
const readSecret = readOne('signing_secret', signingSecret);

const readTest = readBody(webhookTestResult);

/** Creates the operations on webhooks. */
export const webhooks = (send: Send): Webhooks => ({
  list: (query, options) =>
    list(send, { path: webhooksPath(), name: 'webhooks', kind: webhookShape }, query, options),

  create: (webhook, options) =>
    send(
      { method: 'POST', path: webhooksPath(), body: { webhook: webhookShape.encode(webhook) } },
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
      {
        method: 'PUT',
        path: webhooksPath(webhookId),
        body: { webhook: webhookShape.encode(webhook) },
      },
      readNothing,
      options,
    ),

  patch: (webhookId, webhook, options) =>
    send(
      {
        method: 'PATCH',
        path: webhooksPath(webhookId),
        body: { webhook: webhookShape.encode(webhook) },
      },
      readNothing,
      options,
    ),

  delete: (webhookId, options) =>
    send({ method: 'DELETE', path: webhooksPath(webhookId) }, readNothing, options),

  test: (request, { webhookId, ...options } = {}) =>
    send(
      {
        method: 'POST',
        path: webhooksPath('test'),
        query: { webhook_id: webhookId },
        body: { request: webhookShape.encode(request) },
      },
      readTest,
      options,
    ),

  getSigningSecret: (webhookId, options) =>
    send({ path: webhooksPath(webhookId, 'signing_secret') }, readSecret, options),

  resetSigningSecret: (webhookId, options) =>
    send({ method: 'POST', path: webhooksPath(webhookId, 'signing_secret') }, readSecret, options),
});
