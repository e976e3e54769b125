import type { Kind } from '../codec/kind.ts';
import { apiPromise } from '../internal/api-promise.ts';
import { list } from '../internal/list.ts';
import type { Send } from '../internal/send.ts';
import type {
  WebhookInvocation,
  WebhookInvocationSort,
  WebhookInvocationStatus,
} from '../models/webhook-invocation.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { webhookInvocation } from '../shapes/webhook-invocation.ts';

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

/** The lists of the trail: the invocations of a webhook, and the attempts of an invocation. */
export interface InvocationLists<Attempt extends { id: string }> {
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
   * Lists the attempts of an invocation, newest first, as {@link InvocationLists.list} lists
   * invocations: await the result for the first page, or iterate over it for the attempts of all
   * pages. A page of Hooktrail has at most 100 attempts and may end early at 8 MiB; Zendesk answers
   * all attempts on one page.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param query - Size and cursor.
   * @param options - Apply to each page.
   * @throws `NotFoundError` when the webhook has no such invocation; otherwise the same as
   *   {@link InvocationLists.list}.
   */
  attempts(
    webhookId: string,
    invocationId: string,
    query?: PageQuery,
    options?: CallOptions,
  ): PagePromise<Attempt>;

  /**
   * Returns all attempts of an invocation as one array, newest first, from every page of
   * {@link InvocationLists.attempts}. Prefer that one for invocations with hundreds of attempts: it
   * keeps one page in memory. Corresponds to `list_webhook_invocation_attempts` in the Python client.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - Apply to each page. `withResponse()` has the answer with the first one.
   * @throws The same as {@link InvocationLists.attempts}.
   */
  listAttempts(
    webhookId: string,
    invocationId: string,
    options?: CallOptions,
  ): APIPromise<Attempt[]>;
}

/** Creates the lists whose paths `toPath` makes from what follows `webhooks`. */
export const invocationLists = <Attempt extends { id: string }>(
  send: Send,
  toPath: (...segments: string[]) => readonly string[],
  attempt: Kind<Attempt>,
): InvocationLists<Attempt> => {
  const attempts: InvocationLists<Attempt>['attempts'] = (
    webhookId,
    invocationId,
    query,
    options,
  ) =>
    list(
      send,
      {
        path: toPath(webhookId, 'invocations', invocationId, 'attempts'),
        name: 'attempts',
        kind: attempt,
      },
      query,
      options,
    );

  return {
    list: (webhookId, query, options) =>
      list(
        send,
        { path: toPath(webhookId, 'invocations'), name: 'invocations', kind: webhookInvocation },
        query,
        options,
      ),

    attempts,

    listAttempts: (webhookId, invocationId, options) =>
      apiPromise(
        attempts(webhookId, invocationId, undefined, options)
          .withResponse()
          .then(async ({ data, response }) => ({ data: await data.all(), response })),
      ),
  };
};
