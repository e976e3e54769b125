import { type Static, Type } from 'typebox';
import { ALERT_KINDS } from '../../model/alert.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** A mute in answers. */
export const AlertMuteView = Type.Object(
  {
    id: Id,
    kind: Type.Optional(oneOf(ALERT_KINDS, { description: 'Absent: all kinds.' })),
    webhook: Type.Optional(
      Type.Object(
        { id: Id, name: Type.String() },
        { ...CLOSED, description: 'Absent: all webhooks, and what is about none.' },
      ),
    ),
    until: { ...nullable(Time), description: 'When it ends by itself; null: never.' },
    created_at: Time,
    created_by: Type.String({ description: 'The id of a token.' }),
  },
  { ...CLOSED, $id: 'AlertMute' },
);

/** All mutes. */
export const AlertMuteList = Type.Object(
  { mutes: Type.Array(ref(AlertMuteView)) },
  { ...CLOSED, description: 'All mutes of the account, newest first.' },
);

/** One mute. */
export const AlertMuteBody = Type.Object(
  { mute: ref(AlertMuteView) },
  { ...CLOSED, description: 'The mute.' },
);

/** The body of a creation. */
export const AlertMuteInput = Type.Object(
  {
    mute: Type.Object(
      {
        kind: Type.Optional(oneOf(ALERT_KINDS)),
        webhook_id: Type.Optional(Type.String({ maxLength: 64 })),
        until: Type.Optional(
          nullable(
            Type.String({
              maxLength: 64,
              description: 'A time in the future; absent or null: for ever.',
            }),
          ),
        ),
      },
      { ...CLOSED, title: 'AlertMuteInput', description: 'A kind, a webhook, or both.' },
    ),
  },
  CLOSED,
);

/** Path parameters of one mute. A malformed id is 404, like an unknown one. */
export const AlertMuteParams = Type.Object({
  id: Type.String({ description: 'The id of a mute.' }),
});

/** A value that passed the schema of the same name. */
export type AlertMuteView = Static<typeof AlertMuteView>;
/** A value that passed the schema of the same name. */
export type AlertMuteInput = Static<typeof AlertMuteInput>;
