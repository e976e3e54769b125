import type { Span, SpanAttributes } from '../traces/span.ts';
import type { Traces } from '../traces/traces.ts';
import type { Accepted, Acceptor, NewEvent } from './acceptor.ts';

/**
 * Traces each publishing as a producer span, which is stored with its events: their deliveries belong to it, or
 * link to it.
 */
export function traceAcceptor(acceptor: Acceptor, traces: Traces): Acceptor {
  const start = (attributes: SpanAttributes): Span =>
    traces.start({
      name: 'publish',
      kind: 'producer',
      parent: 'active',
      attributes: {
        'messaging.system': 'hooktrail',
        'messaging.operation.name': 'publish',
        'messaging.operation.type': 'send',
        ...attributes,
      },
    });

  /** One that nobody exports leaves the place that its publisher gave. */
  const traced = (event: NewEvent, span: Span, ofOne: boolean): NewEvent =>
    span.isSampled ? { ...event, trace: { context: span.context, ofOne } } : event;

  async function ended<Result>(
    span: Span,
    work: () => Promise<Result>,
    shown: (result: Result) => SpanAttributes,
  ): Promise<Result> {
    try {
      const result = await span.run(work);
      span.end(shown(result));
      return result;
    } catch (error) {
      span.end({}, (error as Error).name);
      throw error;
    }
  }

  return {
    ...(acceptor.eventId && { eventId: acceptor.eventId }),

    publish(accountId, event, idempotency) {
      const span = start({
        'hooktrail.account.id': accountId,
        'hooktrail.event.type': event.type,
      });
      return ended(
        span,
        () => acceptor.publish(accountId, traced(event, span, true), idempotency),
        (accepted) => ({
          'messaging.message.id': accepted.event.id,
          'hooktrail.invocations': countOf(accepted),
        }),
      );
    },

    publishAll(accountId, publications) {
      const span = start({
        'hooktrail.account.id': accountId,
        'messaging.batch.message_count': publications.length,
      });
      return ended(
        span,
        () =>
          acceptor.publishAll(
            accountId,
            publications.map((one) => ({ ...one, event: traced(one.event, span, false) })),
          ),
        (results) => {
          const accepted = results.filter((one): one is Accepted => !(one instanceof Error));
          return {
            'hooktrail.invocations': accepted.reduce((sum, one) => sum + countOf(one), 0),
            'hooktrail.events.refused': results.length - accepted.length,
          };
        },
      );
    },

    invoke(prepare) {
      const span = start({});
      return ended(
        span,
        () =>
          acceptor.invoke(() => {
            const direct = prepare();
            return span.isSampled
              ? { ...direct, trace: { context: span.context, ofOne: true } }
              : direct;
          }),
        (invocationId) => ({ 'hooktrail.invocation.id': invocationId }),
      );
    },
  };
}

const countOf = ({ invocations, invocations_count: count }: Accepted): number =>
  count ?? invocations.length;
