import { Type } from 'typebox';
import { MOST_KEYS } from '../../model/search-key.ts';
import { CLOSED } from '../schema/closed.ts';
import { Time } from '../schema/time.ts';

const Key = Type.String({
  minLength: 2,
  maxLength: 255,
  description:
    'A JSON pointer of the body, such as `/detail/id`, or `header.` and the name of a header of the request that published the event, such as `header.x-tenant`.',
});

/** The keys of an account. */
export const AccountKeys = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          key: Key,
          since: {
            ...Time,
            description: 'Events that were created from then on are found by it.',
          },
        },
        CLOSED,
      ),
    ),
  },
  { ...CLOSED, description: 'The keys by which the events of the account are found.' },
);

/** What the keys of an account are replaced by. */
export const AccountKeysInput = Type.Object(
  {
    keys: Type.Array(Key, {
      maxItems: MOST_KEYS,
      description: `At most ${MOST_KEYS}; none switches the index off.`,
    }),
  },
  { ...CLOSED, title: 'KeysInput' },
);
