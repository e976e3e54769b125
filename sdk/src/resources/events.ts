import { readMany } from '../internal/read-many.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
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
import { createdInvocation, publishedEvent, skippedWebhook } from '../shapes/published.ts';

/** Publishes events. */
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
}

type FailureRow = PublishFailure & { readonly errors_count?: number };

const readEvent = readOne('event', publishedEvent);
const readInvocations = readMany('invocations', createdInvocation);
const readSkipped = readMany('skipped', skippedWebhook);

const readPublished = (body: unknown): PublishResult => {
  const { invocations_count, skipped_count } = body as Record<string, number>;
  return {
    event: readEvent(body),
    invocations: readInvocations(body),
    skipped: readSkipped(body),
    ...(invocations_count !== undefined && { invocationsCount: invocations_count }),
    ...(skipped_count !== undefined && { skippedCount: skipped_count }),
  };
};

const readFailure = ({ errors_count, ...failure }: FailureRow): PublishFailure => ({
  ...failure,
  ...(errors_count !== undefined && { errorsCount: errors_count }),
});

const readResult = (row: unknown): BatchResult =>
  (row as FailureRow).error ? readFailure(row as FailureRow) : readPublished(row);

const readResults = readMany('results', { decode: readResult, encode: (result) => result });

/** Creates the operations on events. */
export const events = (send: Send): Events => ({
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
});
