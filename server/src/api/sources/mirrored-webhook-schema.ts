import { type Static, Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** A webhook of a source in answers: as the service shows it, and how far its log is read. */
export const MirroredWebhook = Type.Object(
  {
    id: { ...Id, description: 'Ours: its trail is under this id.' },
    remote_id: Type.String({ description: 'Its id at the service.' }),
    name: Type.String(),
    status: Type.Optional(
      Type.String({ description: 'As the service says: `active`, `inactive`.' }),
    ),
    endpoint: Type.Optional(
      Type.String({
        description:
          'Its query is masked unless masking is off, and for the role `read` always, as the token of an inbox is.',
      }),
    ),
    http_method: Type.Optional(Type.String()),
    request_format: Type.Optional(Type.String()),
    subscriptions: Type.Array(Type.String()),
    gone_at: Type.Optional({ ...Time, description: 'When the service did not list it any more.' }),
    last_poll_at: Type.Optional({ ...Time, description: 'When its log was read last.' }),
    poll_seconds: Type.Integer({ description: 'How often its log is read, while it exists.' }),
    complete_until: Type.Optional({
      ...Time,
      description:
        'Everything of it that finished until then is archived, except gaps. Absent before its log was read to its end.',
    }),
    newest_at: Type.Optional({ ...Time, description: 'When the newest of it finished.' }),
    archived: Type.Object(
      {
        rows: Type.Integer({ description: 'Outcomes, each once.' }),
        invocations: Type.Integer(),
        late_rows: Type.Integer({ description: 'Listed after newer ones.' }),
        bodies: Type.Integer({ description: 'Invocations whose requests are archived.' }),
      },
      { ...CLOSED, description: 'So far. What a retention removed is counted too.' },
    ),
    bodies_missing: Type.Object(
      {
        count: Type.Integer({ description: 'Invocations whose bodies are to be fetched.' }),
        failures: Type.Integer({ description: 'Those of them that failed: they go first.' }),
        lost: Type.Integer({ description: 'Not fetched before the service forgot them.' }),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, $id: 'MirroredWebhook' },
);

/** The query parameters of the list of webhooks of a source. */
export const MirroredWebhookParameters = Type.Object({
  ...pageParameters,
  state: Type.Optional(
    oneOf(['existing', 'gone'], {
      description: 'Only those that the service has, or only those that it has no longer.',
    }),
  ),
});

/** A page of webhooks of a source. */
export const MirroredWebhookList = Type.Object(
  { webhooks: Type.Array(ref(MirroredWebhook)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of webhooks, the one mirrored last first.' },
);

/** A value that passed the schema of the same name. */
export type MirroredWebhook = Static<typeof MirroredWebhook>;
