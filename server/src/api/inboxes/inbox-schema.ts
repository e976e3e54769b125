import { type Static, Type } from 'typebox';
import { EVENT_TYPE_PATTERN, MAX_EVENT_TYPE_LENGTH } from '../../model/event-type.ts';
import { INBOX_SCHEMES } from '../../model/inbox.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** Enough for a secret that is changed, and for several senders. */
const MAX_SECRETS = 10;

/** As long as ids are remembered: beyond it a captured request could be sent once more. */
const MAX_TOLERANCE_SECONDS = 7 * 24 * 60 * 60;

const fields = {
  name: Type.String({
    minLength: 1,
    maxLength: 255,
    description: 'For people. No two inboxes of an account have the same name.',
  }),
  scheme: oneOf(INBOX_SCHEMES, {
    description: 'How requests are signed. With `none` whoever knows the address may publish.',
  }),
  tolerance_seconds: Type.Integer({
    minimum: 1,
    maximum: MAX_TOLERANCE_SECONDS,
    description: 'How far the timestamp of a request may be from now. Default 300.',
  }),
  default_type: Type.String({
    maxLength: MAX_EVENT_TYPE_LENGTH,
    pattern: EVENT_TYPE_PATTERN,
    description:
      'The event type of what has none in the field `type` of its body or in `type_header`. Default `inbox.received`.',
  }),
};

const header = (description: string) => Type.String({ minLength: 1, maxLength: 255, description });
const TYPE_HEADER = 'A header with the event type, where the body has none.';
const ID_HEADER =
  'With `none`: the header with the id of a request, by which one that comes again is recognised. Without it each is published.';

/** An inbox in answers. */
export const InboxView = Type.Object(
  {
    id: Id,
    ...fields,
    secrets_count: Type.Integer({ description: 'Secrets are never shown.' }),
    type_header: Type.Optional(header(TYPE_HEADER)),
    id_header: Type.Optional(header(ID_HEADER)),
    previous_until: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Until when the address before the last rotation is valid.',
      }),
    ),
    created_at: Time,
    updated_at: Time,
    token: Type.Optional(
      Type.String({ description: 'Only in the answers of create and rotate: it is not stored.' }),
    ),
    address: Type.Optional(
      Type.String({ description: 'Where to send webhooks; present with `token`. A secret.' }),
    ),
  },
  { ...CLOSED, $id: 'Inbox' },
);

const settings = {
  name: fields.name,
  scheme: fields.scheme,
  // No message quotes what is only written.
  secrets: Type.Array(
    Type.String({ minLength: 16, maxLength: 255, pattern: '^[ -~]+$', writeOnly: true }),
    {
      maxItems: MAX_SECRETS,
      writeOnly: true,
      description:
        'The secrets that senders sign with: a request is valid by any of them. 16 to 255 printable ASCII characters; of Standard Webhooks and Svix `whsec_` and base64, or `whpk_` and the base64 of a public key, which verifies `v1a`. Replaced as a whole.',
    },
  ),
  tolerance_seconds: fields.tolerance_seconds,
  default_type: fields.default_type,
  type_header: nullable(header(TYPE_HEADER)),
  id_header: nullable(header(ID_HEADER)),
};

/** The body of a PATCH: what is omitted stays, null removes. */
export const InboxPatchBody = Type.Object(
  { inbox: Type.Partial(Type.Object(settings), { ...CLOSED, title: 'InboxPatch' }) },
  CLOSED,
);

const { name, scheme, ...optional } = settings;

/** The body of a create. */
export const InboxInputBody = Type.Object(
  {
    inbox: Type.Object(
      { name, scheme, ...Type.Partial(Type.Object(optional)).properties },
      { ...CLOSED, title: 'InboxInput' },
    ),
  },
  CLOSED,
);

/** One inbox. */
export const InboxBody = Type.Object(
  { inbox: ref(InboxView) },
  { ...CLOSED, description: 'The inbox.' },
);

/** All inboxes. */
export const InboxList = Type.Object(
  { inboxes: Type.Array(ref(InboxView)) },
  { ...CLOSED, description: 'All inboxes of the account, newest first.' },
);

/** Path parameters of one inbox. A malformed id is 404, like an unknown one. */
export const InboxParams = Type.Object({
  id: Type.String({ description: 'The id of an inbox.' }),
});

/** The query of a rotation. */
export const RotateParameters = Type.Object({
  grace_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 7 * 24 * 60 * 60,
      description:
        'For how long the address that is replaced stays valid. Default 0: it is gone at once. A second rotation within that time ends the oldest address.',
    }),
  ),
});

/** What a sender gets. */
export const ReceivedBody = Type.Object(
  { event: Type.Object({ id: Type.String() }, CLOSED) },
  { ...CLOSED, description: 'The event and its invocations are stored.' },
);

/** A value that passed the schema of the same name. */
export type InboxView = Static<typeof InboxView>;
/** A value that passed the schema of the same name. */
export type InboxPatch = Static<typeof InboxPatchBody>['inbox'];
