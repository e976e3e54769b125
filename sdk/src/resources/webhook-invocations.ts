import type { APIPromise } from './api-promise.ts';
import { decodeAttempt } from './internal/attempt.ts';
import { list } from './internal/list.ts';
import { webhooksPath } from './internal/path.ts';
import type { Send } from './internal/transport.ts';
import type {
  WebhookInvocation,
  WebhookInvocationAttempt,
  WebhookInvocationSort,
  WebhookInvocationStatus,
} from './models.ts';
import type { CallOptions } from './options.ts';
import type { PagePromise, PageQuery } from './page.ts';

/** Which invocations to list, and in which order. */
export interface ListWebhookInvocationsQuery extends PageQuery {
  /** The earliest time, inclusive: `filter[from_ts]`. */
  readonly filterFromTs?: Date | string | undefined;
  /** The latest time, inclusive: `filter[to_ts]`. */
  readonly filterToTs?: Date | string | undefined;
  /** The status: `filter[status]`. */
  readonly filterStatus?: WebhookInvocationStatus | undefined;
  /** The order; newest first if not given. */
  readonly sort?: WebhookInvocationSort | undefined;
}

/** The trail of the webhooks: their invocations, and the attempts of each. */
export interface WebhookInvocations {
  /**
   * Lists the invocations of a webhook, of the last seven days. Renders
   * `list_webhook_invocations`.
   *
   * Await the result for the first page, or iterate over it for the invocations of all pages.
   * The filters of time look at `latestCompletedAt`, or at `createdAt` while no attempt has
   * finished.
   *
   * @param webhookId - The webhook.
   * @param query - Filters, order, size and place; every page keeps the first three.
   * @param options - Hold for each page.
   * @throws `APIError` for an answer that is no success, `ConnectionError` or `TimeoutError` for
   *   none, `ResponseValidationError` for one that is not a list, `PaginationError` for a cursor
   *   that leads nowhere, `ConfigurationError` before anything is sent.
   */
  list(
    webhookId: string,
    query?: ListWebhookInvocationsQuery,
    options?: CallOptions,
  ): PagePromise<WebhookInvocation>;

  /**
   * Lists the attempts of an invocation, newest first. Renders
   * `list_webhook_invocation_attempts`.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - Hold for this call.
   * @throws `NotFoundError` when the webhook has no such invocation; else as
   *   {@link WebhookInvocations.list}.
   */
  listAttempts(
    webhookId: string,
    invocationId: string,
    options?: CallOptions,
  ): APIPromise<WebhookInvocationAttempt[]>;
}

/** Makes the operations on invocations. */
export const webhookInvocations = (send: Send): WebhookInvocations => ({
  list: (webhookId, query = {}, options) =>
    list(send, webhooksPath(webhookId, 'invocations'), 'invocations', query, options),
  listAttempts: (webhookId, invocationId, options) =>
    send(
      { path: webhooksPath(webhookId, 'invocations', invocationId, 'attempts') },
      (body) => body.attempts.map((row) => decodeAttempt<WebhookInvocationAttempt>(row)),
      options,
    ),
});
