import { list } from '../internal/list.ts';
import { readMany } from '../internal/read-many.ts';
import type { Send } from '../internal/send.ts';
import { webhooksPath } from '../internal/webhooks-path.ts';
import type {
  WebhookInvocation,
  WebhookInvocationSort,
  WebhookInvocationStatus,
} from '../models/webhook-invocation.ts';
import type { WebhookInvocationAttempt } from '../models/webhook-invocation-attempt.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { webhookInvocation } from '../shapes/webhook-invocation.ts';
import { webhookInvocationAttempt } from '../shapes/webhook-invocation-attempt.ts';

/** The filters, order and page of a list of invocations. */
export interface ListWebhookInvocationsQuery extends PageQuery {
  /** The earliest time, inclusive: `filter[from_ts]`. */
  readonly filterFromTs?: Date | string | undefined;
  /** The latest time, inclusive: `filter[to_ts]`. */
  readonly filterToTs?: Date | string | undefined;
  /** The status: `filter[status]`. */
  readonly filterStatus?: WebhookInvocationStatus | undefined;
  /** The order; default newest first. */
  readonly sort?: WebhookInvocationSort | undefined;
}

/** The trail of the webhooks: their invocations, and each invocation's attempts. */
export interface WebhookInvocations {
  /**
   * Lists the invocations of a webhook in the last seven days. Corresponds to
   * `list_webhook_invocations` in the Python client.
   *
   * Await the result for the first page, or iterate over it for the invocations of all pages. The
   * time filters compare `latestCompletedAt`, or `createdAt` before the first attempt has finished.
   *
   * @param webhookId - The webhook.
   * @param query - Filters, order, size and cursor; every page keeps the first three.
   * @param options - Apply to each page.
   * @throws `APIError` when the status is not a success, `ConnectionError` or `TimeoutError`
   *   without an answer, `ResponseValidationError` when the answer is not a list,
   *   `PaginationError` for a cursor that does not advance, `ConfigurationError` before anything
   *   is sent.
   */
  list(
    webhookId: string,
    query?: ListWebhookInvocationsQuery,
    options?: CallOptions,
  ): PagePromise<WebhookInvocation>;

  /**
   * Lists the attempts of an invocation, newest first: the first page, which has at most 100 and may
   * end early at 8 MiB. {@link WebhookInvocations.attempts} goes on. Corresponds to
   * `list_webhook_invocation_attempts`.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - Apply to this call.
   * @throws `NotFoundError` when the webhook has no such invocation; otherwise the same as
   *   {@link WebhookInvocations.list}.
   */
  listAttempts(
    webhookId: string,
    invocationId: string,
    options?: CallOptions,
  ): APIPromise<WebhookInvocationAttempt[]>;

  /**
   * Lists the attempts of an invocation, newest first, page by page: one that was replayed a
   * thousand times has a thousand.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param query - Size and cursor.
   * @param options - Apply to each page.
   */
  attempts(
    webhookId: string,
    invocationId: string,
    query?: PageQuery,
    options?: CallOptions,
  ): PagePromise<WebhookInvocationAttempt>;
}

const readAttempts = readMany('attempts', webhookInvocationAttempt);

const attemptsPath = (webhookId: string, invocationId: string) =>
  webhooksPath(webhookId, 'invocations', invocationId, 'attempts');

/** Creates the operations on invocations. */
export const webhookInvocations = (send: Send): WebhookInvocations => ({
  list: (webhookId, query, options) =>
    list(
      send,
      {
        path: webhooksPath(webhookId, 'invocations'),
        name: 'invocations',
        kind: webhookInvocation,
      },
      query,
      options,
    ),

  listAttempts: (webhookId, invocationId, options) =>
    send({ path: attemptsPath(webhookId, invocationId) }, readAttempts, options),

  attempts: (webhookId, invocationId, query, options) =>
    list(
      send,
      {
        path: attemptsPath(webhookId, invocationId),
        name: 'attempts',
        kind: webhookInvocationAttempt,
      },
      query,
      options,
    ),
});
