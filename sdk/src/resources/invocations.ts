import { time } from '../codec/time.ts';
import { list } from '../internal/list.ts';
import { readOne } from '../internal/read-one.ts';
import { selectionParameters } from '../internal/selection-parameters.ts';
import type { Send } from '../internal/send.ts';
import { toRow } from '../internal/to-row.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { EndpointRequest } from '../models/endpoint-exchange.ts';
import type { InvocationAttempt } from '../models/invocation-attempt.ts';
import type { InvocationDetails } from '../models/invocation-details.ts';
import type { ListedInvocation } from '../models/listed-invocation.ts';
import type { Open } from '../models/open.ts';
import type { ListedGap } from '../models/source.ts';
import type { WebhookInvocation } from '../models/webhook-invocation.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { Query, QueryValues } from '../query/query.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { Items, Page } from '../results/page.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { endpointRequest } from '../shapes/endpoint-exchange.ts';
import { invocationAttempt } from '../shapes/invocation-attempt.ts';
import { invocationDetails } from '../shapes/invocation-details.ts';
import { listedInvocation } from '../shapes/listed-invocation.ts';
import { listedGap } from '../shapes/source.ts';
import { type InvocationLists, invocationLists } from './invocation-lists.ts';

/** The order and the page of a list over all webhooks. */
export interface ListInvocationsQuery extends PageQuery {
  /**
   * By creation, an order in which no row moves, or by the latest attempt. With `-` newest first;
   * `-created` by default.
   */
  readonly sort?: Open<'created' | '-created' | 'latest' | '-latest'> | undefined;
}

/** What may be listed: the text of a query, its JSON form, or one value or text for each field. */
export type InvocationsSelection = string | Query | InvocationFields;

/** A field of the query language each, with the text of its values: `{ status: 'failed,timeout' }`. */
export type InvocationFields = {
  readonly [Field in Exclude<keyof QueryValues, 'text'>]?: string | number | undefined;
};

/** A page of invocations over all webhooks. */
export interface InvocationsPage extends Page<ListedInvocation> {
  /** The span of the order's time that it has read: all matches of it are on this page. */
  readonly covered: { readonly from: Date; readonly to: Date };
  /** Spans that touch `covered` of which it is unknown what finished at archived webhooks. */
  readonly gaps: readonly ListedGap[];
  /** The next page, or `null` after the last. */
  next(): Promise<InvocationsPage | null>;
  /** The previous page, or `null` before the first. */
  prev(): Promise<InvocationsPage | null>;
}

/** A page of the invocations of a webhook. */
export interface WebhookInvocationsPage extends Page<WebhookInvocation> {
  /** Of an archived webhook: spans that touch the page of which it is unknown what finished. */
  readonly gaps: readonly ListedGap[];
  /** The next page, or `null` after the last. */
  next(): Promise<WebhookInvocationsPage | null>;
  /** The previous page, or `null` before the first. */
  prev(): Promise<WebhookInvocationsPage | null>;
}

/** The first page, or the items of all pages. */
export interface WebhookInvocationsPagePromise
  extends APIPromise<WebhookInvocationsPage>,
    Items<WebhookInvocation> {}

/** The first page, or the items of all pages. */
export interface InvocationsPagePromise
  extends APIPromise<InvocationsPage>,
    Items<ListedInvocation> {}

/** What came of a resend. */
export interface ResentInvocation {
  /** The attempt, with the answer of the endpoint. */
  readonly attempt: InvocationAttempt;
  /** Names of headers that were sent once and were not sent again, because their values are masked. */
  readonly leftOut: readonly string[];
}

/** Invocations by Hooktrail's own operations, which also know webhooks that were deleted. */
export interface Invocations {
  /**
   * Lists the invocations of all webhooks, or of those that a query selects, as far back as they are
   * kept: by creation, or by their latest attempt. A page may be short, or empty, although more follow: iterate, or ask `hasNext()`.
   *
   * @param selection - The text of a query, its JSON form, or values by field; everything by default.
   * @param query - Order, size and cursor.
   * @param options - Apply to each page.
   */
  list(
    selection?: InvocationsSelection,
    query?: ListInvocationsQuery,
    options?: CallOptions,
  ): InvocationsPagePromise;

  /**
   * Returns an invocation by its id alone, with the reason for its state and its history.
   *
   * @param invocationId - The invocation.
   * @param options - Apply to this call.
   */
  get(invocationId: string, options?: CallOptions): APIPromise<InvocationDetails>;

  /**
   * Lists the attempts of an invocation by its id alone, newest first.
   *
   * @param invocationId - The invocation.
   * @param query - Size and cursor.
   * @param options - Apply to each page.
   */
  attempts(
    invocationId: string,
    query?: PageQuery,
    options?: CallOptions,
  ): PagePromise<InvocationAttempt>;

  /**
   * Returns one attempt.
   *
   * @param invocationId - The invocation.
   * @param number - The number of the attempt, from 1.
   * @param options - Apply to this call.
   */
  attempt(
    invocationId: string,
    number: number,
    options?: CallOptions,
  ): APIPromise<InvocationAttempt>;

  /** Lists the invocations of a webhook, also of one that was deleted, while its trail is kept. */
  readonly listOfWebhook: (
    ...args: Parameters<InvocationLists<InvocationAttempt>['list']>
  ) => WebhookInvocationsPagePromise;

  /** Lists the attempts of an invocation of a webhook, deleted or not. */
  readonly attemptsOfWebhook: InvocationLists<InvocationAttempt>['attempts'];

  /** Returns all attempts of an invocation of a webhook, deleted or not. */
  readonly listAttempts: InvocationLists<InvocationAttempt>['listAttempts'];

  /**
   * Returns an invocation of a webhook, as `get` does, if the list of the webhook shows it.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - Apply to this call.
   */
  getOfWebhook(
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
   * Sends an invocation that is archived from a remote account to its endpoint again, and waits for the
   * answer. The client does not retry this call after a timeout or a broken connection, because a repeat would
   * send it once more.
   *
   * @param webhookId - The webhook.
   * @param invocationId - The invocation.
   * @param options - `targetWebhookId`: send it to this webhook of the account instead; the rest applies
   *   to this call.
   */
  resend(
    webhookId: string,
    invocationId: string,
    options?: CallOptions & { readonly targetWebhookId?: string | undefined },
  ): APIPromise<ResentInvocation>;

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
const readAttempt = readOne('attempt', invocationAttempt);
const readResent = (body: unknown): ResentInvocation => ({
  attempt: readAttempt(body),
  leftOut: toRow(body, 'the body')['left_out'] as string[],
});
const readRequest = readOne('request', endpointRequest);

/** Adds to each page what its `meta` says beside its items. */
const withMeta =
  (send: Send, metaOf: (body: unknown) => object): Send =>
  (request, read, options) =>
    send(
      request,
      (body) => Object.assign(read(body) as object, metaOf(body)) as ReturnType<typeof read>,
      options,
    );

function gapsOf(body: unknown): Pick<WebhookInvocationsPage, 'gaps'> {
  const { gaps } = toRow(toRow(body, 'the body')['meta'] ?? {}, '"meta"');
  return { gaps: Array.isArray(gaps) ? gaps.map(listedGap.decode) : [] };
}

function coveredOf(body: unknown): Pick<InvocationsPage, 'covered' | 'gaps'> {
  const { covered } = toRow(toRow(body, 'the body')['meta'], '"meta"');
  const { from, to } = toRow(covered, '"covered"');
  return {
    covered: { from: time.decode(from), to: time.decode(to) },
    ...gapsOf(body),
  };
}

/** Creates Hooktrail's own operations on invocations. */
export const invocations = (send: Send): Invocations => {
  const lists = invocationLists(
    send,
    (...segments) => v1Path('webhooks', ...segments),
    invocationAttempt,
  );
  return {
    list: (selection, query, options) => {
      const parameters = selectionParameters(selection);
      const sendPages = withMeta(send, coveredOf);
      const source = { path: v1Path('invocations'), name: 'invocations', kind: listedInvocation };
      return list(sendPages, { ...source, parameters }, query, options) as InvocationsPagePromise;
    },

    get: (invocationId, options) =>
      send({ path: v1Path('invocations', invocationId) }, readInvocation, options),

    attempts: (invocationId, query, options) =>
      list(
        send,
        {
          path: v1Path('invocations', invocationId, 'attempts'),
          name: 'attempts',
          kind: invocationAttempt,
        },
        query,
        options,
      ),

    attempt: (invocationId, number, options) =>
      send(
        { path: v1Path('invocations', invocationId, 'attempts', String(number)) },
        readAttempt,
        options,
      ),

    listOfWebhook: (...args) =>
      invocationLists(
        withMeta(send, gapsOf),
        (...segments) => v1Path('webhooks', ...segments),
        invocationAttempt,
      ).list(...args) as WebhookInvocationsPagePromise,
    attemptsOfWebhook: lists.attempts,
    listAttempts: lists.listAttempts,

    getOfWebhook: (webhookId, invocationId, options) =>
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

    resend: (webhookId, invocationId, { targetWebhookId, ...options } = {}) =>
      send<ResentInvocation>(
        {
          method: 'POST',
          path: v1Path('webhooks', webhookId, 'invocations', invocationId, 'resend'),
          body: { target_webhook_id: targetWebhookId },
        },
        readResent,
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
  };
};
