import { ERROR_CLASSES } from '@hooktrail/sdk/query';
import { Type } from 'typebox';
import { LISTED_STATUSES } from '../../model/delivery-status.ts';
import { MOST_UNDELIVERED } from '../../trail/count-undelivered.ts';
import { TrailParameters } from '../invocations/trail-schema.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Origin } from '../schema/origin.ts';
import { Time } from '../schema/time.ts';

const {
  sort: _sort,
  'page[size]': _size,
  'page[after]': _after,
  'page[before]': _before,
  ...query
} = TrailParameters.properties;

/** The query parameters of what is undelivered. */
export const UndeliveredParameters = Type.Object(query);

/** A group is a row of a table: nobody reads more. */
export const MOST_GROUPS = 1_000;

const counts = {
  count: Type.Integer({ description: `Exact up to ${MOST_UNDELIVERED} of a webhook.` }),
  more: Type.Boolean({ description: 'There may be more: counting stopped.' }),
  waiting: Type.Integer({ description: 'How many of them are still retried.' }),
};

/** What is undelivered, by webhook and cause. */
export const Undelivered = Type.Object(
  {
    undelivered: Type.Array(
      Type.Object(
        {
          webhook: Type.Object(
            {
              id: Id,
              name: Type.String(),
              deleted_at: Type.Optional(Time),
              origin: Type.Optional(Origin),
            },
            CLOSED,
          ),
          error_class: Type.Optional(
            oneOf(Object.keys(ERROR_CLASSES), { description: 'The cause; or `status` is.' }),
          ),
          status: Type.Optional(
            oneOf(LISTED_STATUSES, { description: 'The cause, where there is no error class.' }),
          ),
          ...counts,
          oldest_at: { ...Time, description: 'When the oldest of them was created.' },
          newest_at: Time,
        },
        CLOSED,
      ),
      { description: `The largest groups first, ${MOST_GROUPS} at most.` },
    ),
    total: Type.Object({ ...counts, groups: Type.Integer() }, CLOSED),
    meta: Type.Object(
      {
        covered: Type.Object(
          { from: Time, to: Time },
          {
            ...CLOSED,
            description:
              'The span of creation that was counted: all that is kept, unless 100,000 rows or a second were not enough.',
          },
        ),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, $id: 'Undelivered' },
);
