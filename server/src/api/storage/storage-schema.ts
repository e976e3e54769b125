import { Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { Time } from '../schema/time.ts';

const partition = {
  from: Time,
  to: { ...Time, description: 'Exclusive.' },
  bytes: Type.Integer(),
  dropped_after: Type.Optional({
    ...Time,
    description:
      'When it is dropped at the earliest: the retention of its last row is over, and the keeper comes within an hour. Absent: it is kept for ever.',
  }),
};

/** The answer of storage. */
export const StorageBody = Type.Object(
  {
    storage: Type.Object(
      {
        bytes: Type.Integer({ description: 'Of all tables, with indexes and long values.' }),
        tables: Type.Array(
          Type.Object(
            {
              name: Type.String(),
              bytes: Type.Integer(),
              partitions: Type.Array(Type.Object(partition, CLOSED), {
                description: 'By day, or by month of what is archived, oldest first.',
              }),
            },
            CLOSED,
          ),
          { description: 'The largest first.' },
        ),
        next: Type.Array(Type.Object({ table: Type.String(), ...partition }, CLOSED), {
          description: 'The 20 partitions that go next, the first ones first.',
        }),
        read_at: { ...Time, description: 'Sizes are read once a minute at most.' },
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'What the database takes, of all accounts.' },
);
