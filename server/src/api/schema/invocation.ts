import { type Static, Type } from 'typebox';
import { LISTED_STATUSES } from '../../model/delivery-status.ts';
import { CLOSED } from './closed.ts';
import { Id } from './id.ts';
import { oneOf } from './one-of.ts';
import { Time } from './time.ts';

/** One event bound for one webhook. */
export const Invocation = Type.Object(
  {
    id: Id,
    webhook_id: Id,
    event_type: Type.Optional(
      Type.String({ description: 'Absent where it is unknown: of an archived one.' }),
    ),
    status: oneOf(LISTED_STATUSES, {
      description: 'Only an archived one is ever `terminated`.',
    }),
    status_code: Type.Optional(Type.Integer({ description: 'Status code of the latest attempt.' })),
    attempts_count: Type.Integer(),
    created_at: Time,
    latest_completed_at: Type.Optional(Time),
    next_attempt_at: Type.Optional({
      ...Time,
      description:
        'The earliest time of the next attempt, while a retry is scheduled or the invocation is held back.',
    }),
  },
  { ...CLOSED, $id: 'Invocation' },
);

/** A value that passed the schema of the same name. */
export type Invocation = Static<typeof Invocation>;
