import { list } from '../internal/list.ts';
import { readMany } from '../internal/read-many.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { EventDetails, EventInvocation, EventSort, EventSummary } from '../models/event.ts';
import type {
  BatchResult,
  PublishEvent,
  PublishFailure,
  PublishResult,
  RawEvent,
} from '../models/publish-event.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { PublishOptions } from '../options/publish-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { eventDetails, eventInvocation, eventSummary } from '../shapes/event.ts';
import { createdInvocation, publishedEvent, skippedWebhook } from '../shapes/published.ts';

/** The filters, order and page of a list of events. */
export interface ListEventsQuery extends PageQuery {
  /** The earliest creation, inclusive: `filter[from_ts]`. */
  readonly filterFromTs?: Date | string | undefined;
  /** The latest creation, inclusive: `filter[to_ts]`. */
  readonly filterToTs?: Date | string | undefined;
  /** An event type, or a family such as `order.*`: `filter[type]`. */
  readonly filterType?: string | undefined;
  /** A query of `type`, `created`, `since`, `until` and the account's keys: `/detail/id:9876 since:2d`. */
  readonly q?: string | undefined;
  /** The order; default newest first. */
  readonly sort?: EventSort | undefined;
}

/** Publishes events, and reads what was published. */
export interface Events {
  /**
   * Publishes an event. When the promise is fulfilled, the event and its deliveries are durable.
   *
   * After a timeout or a broken connection the client retries only where the server recognises a
   * repeat: with an `idempotencyKey`, or when the event has an `id`.
   *
   * @param event - The event, or `{ rawBody }` with its JSON text, which is sent and delivered byte for
   *   byte: numbers that JavaScript would round stay as they are. The text's own `id` is not read, so
   *   give it an `idempotencyKey`.
   * @param options - `idempotencyKey`; the rest applies to this call.
   * @throws `ConfigurationError` when the event is not JSON, such as one with a `BigInt`.
   * @throws `ConflictError` when the key was used for another event; otherwise the same as every
   *   call.
   */
  publish(event: PublishEvent | RawEvent, options?: PublishOptions): APIPromise<PublishResult>;

  /**
   * Publishes up to 1,000 events in one request. Each is accepted or refused on its own.
   *
   * @param events - The events. When all have an `id`, the client retries after any failure.
   * @param options - Apply to this call.
   * @returns The result for each event, in their order.
   */
  publishBatch(events: readonly PublishEvent[], options?: CallOptions): APIPromise<BatchResult[]>;

  /**
   * Lists the events of the account by creation, without their bodies. Await the result for the first
   * page, or iterate over it for the events of all pages. With `filterType` or `q` a page may be
   * short or empty although more follow: iterating goes on.
   *
   * @param query - Filters, order, size and cursor; every page keeps the first three.
   * @param options - Apply to each page.
   */
  list(query?: ListEventsQuery, options?: CallOptions): PagePromise<EventSummary>;

  /**
   * Returns an event with its body, its first 100 invocations and the webhooks that it skipped.
   *
   * @param eventId - The id that `publish` returned; of several events with one id the newest.
   * @param options - Apply to this call.
   * @throws `NotFoundError` when no event that is kept has this id; otherwise the same as every call.
   */
  get(eventId: string, options?: CallOptions): APIPromise<EventDetails>;

  /**
   * Returns the text that receivers get, whatever its form.
   *
   * @param eventId - The event.
   * @param options - Apply to this call.
   */
  body(eventId: string, options?: CallOptions): APIPromise<string>;

  /**
   * Lists the invocations of an event, newest webhook first, also of deleted webhooks.
   *
   * @param eventId - The event.
   * @param query - Size and cursor.
   * @param options - Apply to each page.
   */
  invocations(
    eventId: string,
    query?: PageQuery,
    options?: CallOptions,
  ): PagePromise<EventInvocation>;
}

type FailureRow = PublishFailure & { readonly errors_count?: number };

const readEvent = readOne('event', publishedEvent);
const readInvocations = readMany('invocations', createdInvocation);
const readSkipped = readMany('skipped', skippedWebhook);

const readPublished = (body: unknown): PublishResult => {
  const { invocations_count, skipped_count } = body as Record<string, number>;
  const { links } = body as Pick<PublishResult, 'links'>;
  return {
    event: readEvent(body),
    invocations: readInvocations(body),
    skipped: readSkipped(body),
    ...(invocations_count !== undefined && { invocationsCount: invocations_count }),
    ...(skipped_count !== undefined && { skippedCount: skipped_count }),
    ...(links && { links }),
  };
};

const readFailure = ({ errors_count, ...failure }: FailureRow): PublishFailure => ({
  ...failure,
  ...(errors_count !== undefined && { errorsCount: errors_count }),
});

const readResult = (row: unknown): BatchResult =>
  (row as FailureRow).error ? readFailure(row as FailureRow) : readPublished(row);

const readResults = readMany('results', { decode: readResult, encode: (result) => result });

const readDetails = readOne('event', eventDetails);

const readText = (body: unknown): string => body as string;

/** Creates the operations on events. `sendForText` reads an answer as text. */
export const events = (send: Send, sendForText: Send): Events => ({
  publish: (event, { idempotencyKey, headers, ...options } = {}) =>
    send(
      {
        method: 'POST',
        path: v1Path('events'),
        ...('rawBody' in event ? event : { body: event }),
        idempotent: !!(idempotencyKey ?? ('id' in event && event.id)),
      },
      readPublished,
      { ...options, headers: { 'idempotency-key': idempotencyKey, ...headers } },
    ),

  publishBatch: (batch, options) =>
    send(
      {
        method: 'POST',
        path: v1Path('events', 'batch'),
        body: batch,
        idempotent: batch.every(({ id }) => id),
      },
      readResults,
      options,
    ),

  list: (query, options) =>
    list(send, { path: v1Path('events'), name: 'events', kind: eventSummary }, query, options),

  get: (eventId, options) => send({ path: v1Path('events', eventId) }, readDetails, options),

  body: (eventId, options) =>
    sendForText({ path: v1Path('events', eventId, 'body') }, readText, options),

  invocations: (eventId, query, options) =>
    list(
      send,
      {
        path: v1Path('events', eventId, 'invocations'),
        name: 'invocations',
        kind: eventInvocation,
      },
      query,
      options,
    ),
});
