import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { EndpointRequest } from '../models/endpoint-exchange.ts';
import type { InvocationAttempt } from '../models/invocation-attempt.ts';
import type { InvocationDetails } from '../models/invocation-details.ts';
import type { WebhookInvocation } from '../models/webhook-invocation.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { endpointRequest } from '../shapes/endpoint-exchange.ts';
import { invocationAttempt } from '../shapes/invocation-attempt.ts';
import { invocationDetails } from '../shapes/invocation-details.ts';
import { type InvocationLists, invocationLists } from './invocation-lists.ts';

/** Invocations by Hooktrail's own operations, whose lists also know webhooks that were deleted. */
export interface Invocations extends InvocationLists<InvocationAttempt> {
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
const readRequest = readOne('request', endpointRequest);

/** Creates Hooktrail's own operations on invocations. */
export const invocations = (send: Send): Invocations => ({
  ...invocationLists(send, (...segments) => v1Path('webhooks', ...segments), invocationAttempt),

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
