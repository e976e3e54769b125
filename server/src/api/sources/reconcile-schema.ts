import { type Static, Type } from 'typebox';
import { LISTED_STATUSES } from '../../model/delivery-status.ts';
import { RECONCILE_KINDS } from '../../model/reconcile.ts';
import { GAP_REASONS } from '../../model/source.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { ListedGap } from '../schema/listed-gap.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const time = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }));

const SPAN = {
  from: time(
    'The earliest creation, in whole hours (UTC): ISO 8601. By default 24 hours before `to`; at most 31 days before it.',
  ),
  to: time('The latest creation, exclusive and in whole hours; by default now.'),
  webhook: Type.Optional(
    Type.String({ maxLength: 26, description: 'The id of one archived webhook.' }),
  ),
};

/** The query parameters of the numbers. */
export const ReconcileParameters = Type.Object({ ...SPAN, ...pageParameters });

/** The query parameters of the invocations behind a number. */
export const ReconciledParameters = Type.Object({
  kind: oneOf(RECONCILE_KINDS, { description: 'The number.' }),
  ...SPAN,
  ...pageParameters,
});

const count = (description: string) => Type.Integer({ minimum: 0, description });

const NUMBERS = {
  listed: count('Invocations that the source lists: the sum of the next five.'),
  arrived: count('Listed as success, and arrived.'),
  not_arrived: count('Listed as success, and did not arrive.'),
  failed: count('Listed as a failure, and did not arrive.'),
  failed_arrived: count('Listed as a failure, and arrived.'),
  never_sent: count(
    'Listed with outcomes without a request (`throttled`, `circuit broken`): nobody sent it.',
  ),
  not_listed: count('Arrived, and not listed yet.'),
};

const Webhook = Type.Object({ id: Id, name: Type.String() }, CLOSED);

/** The numbers of a webhook in an hour. */
export const ReconciledHour = Type.Object(
  {
    hour: { ...Time, description: 'When the hour of creation begins.' },
    webhook: Webhook,
    inbox: Type.Object({ id: Id, name: Type.Optional(Type.String()) }, CLOSED),
    from: { ...Time, description: 'What of the hour is compared: from here,' },
    to: { ...Time, description: 'until here, exclusive.' },
    ...NUMBERS,
    unknown: Type.Optional(
      oneOf(GAP_REASONS, {
        description:
          'A gap of the archive touches the hour: more may have been sent than is listed.',
      }),
    ),
  },
  { ...CLOSED, $id: 'ReconciledHour' },
);

const Total = Type.Object(NUMBERS, {
  ...CLOSED,
  description: 'Of all hours of the span, not only of this page.',
});

/** A page of hours, with the numbers of the whole span. */
export const Reconciliation = Type.Object(
  {
    hours: Type.Array(ref(ReconciledHour), {
      description: 'The latest first. An hour in which all numbers are 0 has none.',
    }),
    total: Total,
    missing: Type.Integer({
      description:
        'The number to alert on: what is listed as success, is older than both sides need, and did not arrive. The same as `total.not_arrived`.',
    }),
    meta: Type.Object(
      {
        ...Meta.properties,
        from: Time,
        to: Time,
        webhooks: Type.Integer({
          description: 'Webhooks of the source, or of the query, that send to an inbox now.',
        }),
        compared_until: Type.Optional({
          ...Time,
          description:
            'What was created later is not compared yet: usually of the last ten minutes. Absent where no webhook sends to an inbox.',
        }),
        gaps: Type.Optional(
          Type.Array(ListedGap, {
            description:
              'Gaps of these webhooks that touch the span, at most 50 and the latest first: it is unknown what finished in them.',
          }),
        ),
      },
      CLOSED,
    ),
    links: Links,
  },
  { ...CLOSED, description: 'A page of hours.' },
);

/** An invocation behind a number. */
export const ReconciledInvocation = Type.Object(
  {
    id: {
      ...Id,
      description: 'Of the archived invocation; where it is not listed, the id that arrived.',
    },
    webhook: Webhook,
    kind: oneOf(RECONCILE_KINDS),
    created_at: Time,
    status: Type.Optional(
      oneOf(LISTED_STATUSES, { description: 'As listed; absent where it is not, or not kept.' }),
    ),
    status_code: Type.Optional(Type.Integer()),
    attempts_count: Type.Optional(Type.Integer()),
    latest_completed_at: Type.Optional(Time),
    arrived_at: Type.Optional({
      ...Time,
      description: 'Of `failed_arrived` and `not_listed`.',
    }),
    event_id: Type.Optional(
      Type.String({ description: 'The event that it arrived as: `GET /v1/events/{id}`.' }),
    ),
  },
  { ...CLOSED, $id: 'ReconciledInvocation' },
);

/** A page of invocations behind a number. */
export const ReconciledInvocations = Type.Object(
  {
    invocations: Type.Array(ref(ReconciledInvocation)),
    meta: Type.Object({ ...Meta.properties, from: Time, to: Time }, CLOSED),
    links: Links,
  },
  { ...CLOSED, description: 'A page of invocations.' },
);

/** A value that passed the schema of the same name. */
export type ReconciledHour = Static<typeof ReconciledHour>;
/** A value that passed the schema of the same name. */
export type ReconciledInvocation = Static<typeof ReconciledInvocation>;
