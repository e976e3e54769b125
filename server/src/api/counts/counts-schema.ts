import { ERROR_CLASSES } from '@hooktrail/sdk/query';
import { Type } from 'typebox';
import { DELIVERY_STATUSES } from '../../model/delivery-status.ts';
import { TrailParameters } from '../invocations/trail-schema.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Time } from '../schema/time.ts';

const {
  sort: _sort,
  'page[size]': _size,
  'page[after]': _after,
  'page[before]': _before,
  ...query
} = TrailParameters.properties;

/** The query parameters of counts. */
export const CountsParameters = Type.Object({
  ...query,
  by: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: '^(webhook|status|error)(,(webhook|status|error))*$',
      description: 'One row for each of these: `webhook`, `status`, `error`, separated by commas.',
    }),
  ),
  step: Type.Optional(
    oneOf(['minute', 'hour', 'day'], { description: 'One row for each of these, in UTC.' }),
  ),
});

const counts = {
  attempts: Type.Integer({ description: 'Attempts, by when they finished.' }),
  succeeded: Type.Integer({ description: 'Attempts that succeeded.' }),
  success_share: Type.Optional(
    Type.Number({ description: '`succeeded` by `attempts`; absent without attempts.' }),
  ),
  settled: Type.Integer({
    description: 'How often an invocation became final, also without an attempt.',
  }),
  delivered: Type.Integer({ description: 'How often that was a success.' }),
  reopened: Type.Integer({
    description:
      'How often a final invocation was replayed: it is no longer final, until it settles again.',
  }),
  duration_ms: Type.Optional(
    Type.Object(
      { mean: Type.Number(), p50: Type.Number(), p95: Type.Number(), p99: Type.Number() },
      {
        ...CLOSED,
        description:
          'Durations of the attempts. `mean` is exact; the others are off by 5 % at most. Absent without attempts.',
      },
    ),
  ),
};

/** Counts of attempts and invocations. */
export const Counts = Type.Object(
  {
    counts: Type.Array(
      Type.Object(
        {
          webhook: Type.Optional(
            Type.Object(
              { id: Id, name: Type.String(), deleted_at: Type.Optional(Time) },
              {
                ...CLOSED,
                description:
                  'With `by=webhook`. Absent in the row of webhooks that were deleted so long ago that their trail is gone.',
              },
            ),
          ),
          status: Type.Optional(oneOf(DELIVERY_STATUSES, { description: 'With `by=status`.' })),
          error_class: Type.Optional(
            oneOf(Object.keys(ERROR_CLASSES), {
              description: 'With `by=error`. Absent in the row of what has no error class.',
            }),
          ),
          at: Type.Optional({ ...Time, description: 'With `step`: the start of the step.' }),
          ...counts,
        },
        CLOSED,
      ),
      {
        description:
          'The rows that are not all 0, by time and then by attempts; empty without `by` and `step`.',
      },
    ),
    total: Type.Optional(Type.Object(counts, { ...CLOSED, description: 'Of all rows.' })),
    live: Type.Optional(
      Type.Object(
        {
          invocations: Type.Integer(),
          more: Type.Boolean({ description: 'There may be more: the count was stopped.' }),
        },
        {
          ...CLOSED,
          description:
            'In place of `total`, for a query with other fields than counts have: how many invocations it selects, up to 10,000.',
        },
      ),
    ),
    meta: Type.Object(
      {
        from: Time,
        to: { ...Time, description: 'Exclusive.' },
        unit: Type.Optional(
          oneOf(['minute', 'hour', 'day'], {
            description: 'The span was widened to whole ones of these.',
          }),
        ),
        counted_until: Type.Optional({
          ...Time,
          description:
            'Only while counting is behind: what was recorded from then on may be missing.',
        }),
      },
      {
        ...CLOSED,
        description:
          'The span that was counted: of completion, or with `live` of the creation of invocations.',
      },
    ),
  },
  { ...CLOSED, $id: 'Counts' },
);
