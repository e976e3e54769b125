import { Type } from 'typebox';
import { GAP_REASONS } from '../../model/source.ts';
import { CLOSED } from './closed.ts';
import { Id } from './id.ts';
import { oneOf } from './one-of.ts';
import { Time } from './time.ts';

/** A gap of the archive where its rows would be. */
export const ListedGap = Type.Object(
  {
    source: Type.String(),
    webhook: Type.Object({ id: Id, name: Type.String() }, CLOSED),
    from: Time,
    to: Time,
    reason: oneOf(GAP_REASONS),
  },
  CLOSED,
);
