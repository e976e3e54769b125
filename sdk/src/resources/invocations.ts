import { list } from '../internal/list.ts';
import { readMany } from '../internal/read-many.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { EndpointRequest } from '../models/endpoint-exchange.ts';
import type { InvocationDetails } from '../models/invocation-details.ts';
import type { TrailAttempt } from '../models/trail-attempt.ts';
import type { WebhookInvocation } from '../models/webhook-invocation.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import { endpointRequest } from '../shapes/endpoint-exchange.ts';
import { invocationDetails } from '../shapes/invocation-details.ts';
import { trailAttempt } from '../shapes/trail-attempt.ts';
import { webhookInvocation } from '../shapes/webhook-invocation.ts';
import type { ListWebhookInvocationsQuery } from './webhook-invocations.ts';

/** Invocations by Hooktrail's own operations, which also know webhooks that were deleted. */
export interface Invocations {
  /**
   * Lists the invocations of a webhook, as `webhookInvocations.list` does, and also of a deleted
   * webhook while its trail is kept.
   *
   * @param webhookId - The webhook.
   * @param query - Filters, order, size and cursor; every page keeps the first three.
   * @param options - Apply to each page.
   */
  list(
    webhookId: string,
    query?: ListWebhookInvocationsQuery,
    options?: CallOptions,
  ): PagePromise<WebhookInvocation>;

  /**
   * Lists the attempts of an invocation, newest first, and also of a deleted webhook while its trail
   * is kept.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - Apply to this call.
   */
  listAttempts(
    webhookId: string,
    invocationId: string,
    options?: CallOptions,
  ): APIPromise<TrailAttempt[]>;

  /**
   * Returns an invocation with the reason for its state and its history.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - Apply to this call.
   */
  get(
    webhookId: string,
    invocationId: string,
    options?: CallOptions,
  ): APIPromise<InvocationDetails>;

  /**
   * Sends an invocation again. The client does not retry this call after a timeout or a broken
   * connection, because a repeat would deliver once more.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - `force`: send it although the webhook is inactive or paused; the rest applies
   *   to this call.
   */
  replay(
    webhookId: string,
    invocationId: string,
    options?: CallOptions & { readonly force?: boolean | undefined },
  ): APIPromise<WebhookInvocation>;

  /**
   * Returns the request headers of an attempt with the values of custom headers that lists of
   * attempts mask. Requires a token of role `admin` or `operator`; the audit records the call.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param attemptId - The attempt.
   * @param options - Apply to this call.
   */
  revealHeaders(
    webhookId: string,
    invocationId: string,
    attemptId: string,
    options?: CallOptions,
  ): APIPromise<EndpointRequest>;
}

const readInvocation = readOne('invocation', invocationDetails);
const readAttempts = readMany('attempts', trailAttempt);
const readRequest = readOne('request', endpointRequest);

/** Creates Hooktrail's own operations on invocations. */
export const invocations = (send: Send): Invocations => ({
  list: (webhookId, query, options) =>
    list(
      send,
      {
        path: v1Path('webhooks', webhookId, 'invocations'),
        name: 'invocations',
        kind: webhookInvocation,
      },
      query,
      options,
    ),

  listAttempts: (webhookId, invocationId, options) =>
    send(
      { path: v1Path('webhooks', webhookId, 'invocations', invocationId, 'attempts') },
      readAttempts,
      options,
    ),

  get: (webhookId, invocationId, options) =>
    send(
      { path: v1Path('webhooks', webhookId, 'invocations', invocationId) },
      readInvocation,
      options,
    ),

  replay: (webhookId, invocationId, { force, ...options } = {}) =>
    send<WebhookInvocation>(
      {
        method: 'POST',
        path: v1Path('webhooks', webhookId, 'invocations', invocationId, 'replay'),
        body: { force },
      },
      readInvocation,
      options,
    ),

  revealHeaders: (webhookId, invocationId, attemptId, options) =>
    send(
      {
        method: 'POST',
        path: v1Path(
          'webhooks',
          webhookId,
          'invocations',
          invocationId,
          'attempts',
          attemptId,
          'reveal',
        ),
      },
      readRequest,
      options,
    ),
});
