import { type Static, type TSchema, Type } from 'typebox';
import { ALERT_KINDS, ALERT_ROUTE_KINDS, ALERT_SEVERITIES } from '../../model/alert.ts';
import { MOST_ADDRESSES } from '../../model/alert-target.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const URL = 'Of `slack` and `alertmanager`: where alerts are posted, an http or https URL.';

const fields = {
  name: Type.String({
    minLength: 1,
    maxLength: 255,
    description: 'For people. No two routes of an account have the same name.',
  }),
  kind: oneOf(ALERT_ROUTE_KINDS),
  enabled: Type.Boolean({ description: 'Whether alerts go there.' }),
  addresses: Type.Array(Type.String({ maxLength: 254 }), {
    minItems: 1,
    maxItems: MOST_ADDRESSES,
    uniqueItems: true,
    description: 'Of `email`: who gets them.',
  }),
  kinds: nullable(
    Type.Array(oneOf(ALERT_KINDS), {
      minItems: 1,
      maxItems: ALERT_KINDS.length,
      uniqueItems: true,
      description: 'The kinds of alerts that go there; null: all.',
    }),
  ),
  minimum_severity: oneOf(ALERT_SEVERITIES, {
    description: '`critical`: nothing else goes there.',
  }),
};

/** A route in answers. */
export const AlertRouteView = Type.Object(
  {
    id: Id,
    name: fields.name,
    kind: fields.kind,
    enabled: fields.enabled,
    url: Type.Optional(
      Type.String({
        description: `${URL} Whoever knows it may post there: it is masked after the host for roles that may not change it. So are credentials for all.`,
      }),
    ),
    addresses: Type.Optional(fields.addresses),
    webhook: Type.Optional(
      Type.Object(
        { id: Id, name: Type.String() },
        { ...CLOSED, description: 'Of `webhook`: the webhook that is invoked.' },
      ),
    ),
    kinds: fields.kinds,
    minimum_severity: fields.minimum_severity,
    created_at: Time,
    changed_at: Time,
    last_sent_at: nullable({ ...Time, description: 'When it took a message last.' }),
    last_error: nullable(
      Type.String({ description: 'Why the last message did not reach it; null once one did.' }),
    ),
  },
  { ...CLOSED, $id: 'AlertRoute' },
);

const targets = {
  url: Type.String({
    minLength: 1,
    maxLength: 2_048,
    // No message quotes it.
    writeOnly: true,
    description: `${URL} Of \`alertmanager\` with \`user:password@\` for basic authentication, and without \`/api/v2/alerts\`.`,
  }),
  bearer_token: Type.String({
    minLength: 1,
    maxLength: 4_096,
    pattern: '^[!-~]+$',
    writeOnly: true,
    description: 'Of `alertmanager`: a bearer token, which is never shown.',
  }),
  addresses: fields.addresses,
  webhook_id: Type.String({
    description:
      'Of `webhook`: the webhook that is invoked. It sends JSON with POST, PUT or PATCH.',
  }),
};

const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(schema);

const settings = {
  enabled: optional(fields.enabled),
  url: optional(targets.url),
  addresses: optional(targets.addresses),
  webhook_id: optional(targets.webhook_id),
  kinds: optional(fields.kinds),
  minimum_severity: optional(fields.minimum_severity),
};

/** The body of a create. */
export const AlertRouteInputBody = Type.Object(
  {
    route: Type.Object(
      {
        name: fields.name,
        kind: fields.kind,
        ...settings,
        bearer_token: optional(targets.bearer_token),
      },
      { ...CLOSED, title: 'AlertRouteInput' },
    ),
  },
  CLOSED,
);

/** The body of a PATCH: what is omitted stays. */
export const AlertRoutePatchBody = Type.Object(
  {
    route: Type.Object(
      {
        name: optional(fields.name),
        ...settings,
        bearer_token: optional(nullable(targets.bearer_token)),
      },
      { ...CLOSED, title: 'AlertRoutePatch' },
    ),
  },
  CLOSED,
);

/** One route. */
export const AlertRouteBody = Type.Object(
  { route: ref(AlertRouteView) },
  { ...CLOSED, description: 'The route.' },
);

/** All routes. */
export const AlertRouteList = Type.Object(
  { routes: Type.Array(ref(AlertRouteView)) },
  { ...CLOSED, description: 'All routes of the account, newest first.' },
);

/** Path parameters of one route. A malformed id is 404, like an unknown one. */
export const AlertRouteParams = Type.Object({
  id: Type.String({ description: 'The id of an alert route.' }),
});

/** What became of a test. */
export const AlertTestBody = Type.Object(
  {
    test: Type.Object(
      {
        sent: Type.Boolean({ description: 'Whether the receiver took it.' }),
        status: Type.Optional(
          Type.Integer({
            description: 'The status of its answer, or the reply code of a mail server.',
          }),
        ),
        error: Type.Optional(Type.String({ description: 'Why it was not sent.' })),
        invocation_id: Type.Optional(Id),
      },
      { ...CLOSED, title: 'AlertTest' },
    ),
  },
  { ...CLOSED, description: 'What became of it.' },
);

/** A value that passed the schema of the same name. */
export type AlertRouteView = Static<typeof AlertRouteView>;
/** A value that passed the schema of the same name. */
export type AlertRouteInput = Static<typeof AlertRouteInputBody>['route'];
/** A value that passed the schema of the same name. */
export type AlertRoutePatch = Static<typeof AlertRoutePatchBody>['route'];
