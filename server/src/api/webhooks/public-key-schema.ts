import { Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { Time } from '../schema/time.ts';

const KEY = '^whpk_[A-Za-z0-9+/]{43}=$';

/** The public key of a webhook. */
export const PublicKeyBody = Type.Object(
  {
    public_key: Type.String({
      pattern: KEY,
      description: '`whpk_` and the base64 of 32 bytes: the key of `v1a` signatures.',
    }),
    previous_public_key: Type.Optional(
      Type.String({ pattern: KEY, description: 'The one before, while both sign.' }),
    ),
    previous_until: Type.Optional(Time),
  },
  { ...CLOSED, description: 'What receivers verify `v1a` signatures with.' },
);
