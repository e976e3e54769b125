import { type Static, Type } from 'typebox';
import {
  ALERT_KINDS,
  ALERT_NOTICE_STATES,
  ALERT_ROUTE_KINDS,
  ALERT_SEVERITIES,
  ALERT_TRANSITIONS,
} from '../../model/alert.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** Whether an episode goes on. */
const ALERT_STATES = ['open', 'resolved'] as const;

const named = Type.Object({ id: Id, name: Type.String() }, CLOSED);

/** An alert in answers. */
export const AlertView = Type.Object(
  {
    id: Id,
    kind: oneOf(ALERT_KINDS),
    severity: oneOf(ALERT_SEVERITIES),
    state: oneOf(ALERT_STATES),
    summary: Type.String({ description: 'What happened, for people; may change.' }),
    advice: Type.String({ description: 'What to do, for people; may change.' }),
    url: Type.String({
      description:
        'The screen of the console that shows it: absolute where the node has a public URL.',
    }),
    webhook: Type.Optional(named),
    source: Type.Optional(named),
    job: Type.Optional(Type.Object({ id: Id }, CLOSED)),
    node: Type.Optional(Type.String()),
    value: Type.Number({
      description: 'What was compared when it opened, in the unit of its rule.',
    }),
    threshold: Type.Number({ description: 'That of its rule when it opened.' }),
    started_at: { ...Time, description: 'Since when it was bad.' },
    opened_at: { ...Time, description: 'When it had been bad for as long as its rule holds.' },
    resolved_at: nullable(Time),
    acknowledged_at: nullable(Time),
    acknowledged_by: nullable(Type.String({ description: 'The id of a token.' })),
    note: nullable(Type.String({ description: 'Of those who acknowledged it.' })),
    muted: Type.Boolean({ description: 'It was muted when it opened: no route got it.' }),
  },
  { ...CLOSED, $id: 'Alert' },
);

/** One message of an alert to a route. */
const AlertNoticeView = Type.Object(
  {
    route: Type.Object({ id: Id, name: Type.String(), kind: oneOf(ALERT_ROUTE_KINDS) }, CLOSED),
    transition: oneOf(ALERT_TRANSITIONS),
    state: oneOf(ALERT_NOTICE_STATES, {
      description:
        '`waiting`: it is due, or will be after quiet hours or a failure. `failed`: no further try. `dropped`: nobody needs it: the alert resolved before it was due, the route was switched off, or the alert is about a webhook that alerts are sent to.',
    }),
    attempts: Type.Integer(),
    at: { ...Time, description: 'When it was sent, or is due.' },
    error: nullable(
      Type.String({ description: 'Why the last try failed, or why it was dropped.' }),
    ),
  },
  CLOSED,
);

/** An alert and its messages. */
export const AlertBody = Type.Object(
  {
    alert: Type.Object(
      { ...AlertView.properties, notices: Type.Array(AlertNoticeView) },
      { ...CLOSED, title: 'AlertWithNotices' },
    ),
  },
  { ...CLOSED, description: 'The alert, and the routes that it was sent to.' },
);

/** An alert after it was acknowledged. */
export const AcknowledgedBody = Type.Object(
  { alert: ref(AlertView) },
  { ...CLOSED, description: 'The alert.' },
);

/** A page of alerts. */
export const AlertList = Type.Object(
  { alerts: Type.Array(ref(AlertView)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of alerts.' },
);

/** The query parameters of the list. */
export const AlertParameters = Type.Object({
  'filter[state]': Type.Optional(oneOf(ALERT_STATES)),
  'filter[kind]': Type.Optional(oneOf(ALERT_KINDS)),
  'filter[webhook_id]': Type.Optional(Type.String({ description: 'The id of a webhook.' })),
  ...pageParameters,
});

/** Path parameters of one alert. A malformed id is 404, like an unknown one. */
export const AlertParams = Type.Object({
  id: Type.String({ description: 'The id of an alert.' }),
});

/** The body of acknowledging, which may be missing. */
export const AcknowledgeInput = nullable(
  Type.Object(
    {
      note: Type.Optional(
        Type.String({ maxLength: 500, description: 'For those who look at it next.' }),
      ),
    },
    CLOSED,
  ),
);

/** A value that passed the schema of the same name. */
export type AlertView = Static<typeof AlertView>;
/** A value that passed the schema of the same name. */
export type AlertBody = Static<typeof AlertBody>;
