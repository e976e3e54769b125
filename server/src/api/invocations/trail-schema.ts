import { ERROR_CLASSES, REASONS, STATES, TRIGGERS } from '@hooktrail/sdk/query';
import { type Static, Type } from 'typebox';
import { LISTED_STATUSES } from '../../model/delivery-status.ts';
import { FIELD_PARAMETERS } from '../input/field-parameters.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { ListedGap } from '../schema/listed-gap.ts';
import { oneOf } from '../schema/one-of.ts';
import { Origin } from '../schema/origin.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const fields = Object.fromEntries(
  FIELD_PARAMETERS.map(({ name, meaning, examples }) => [
    name,
    Type.Optional(
      Type.String({
        maxLength: 4_096,
        description: `As in a query, here without \`${name}:\`: ${meaning}. Examples: ${examples.map((one) => `\`${one}\``).join(', ')}.`,
      }),
    ),
  ]),
);

/** The query parameters of the list over all webhooks. */
export const TrailParameters = Type.Object({
  q: Type.Optional(
    Type.String({
      maxLength: 4_096,
      description: 'A query: see docs/query.md. All terms must match.',
    }),
  ),
  query: Type.Optional(
    Type.String({ maxLength: 16_384, description: 'A query in its JSON form: a list of terms.' }),
  ),
  ...fields,
  sort: Type.Optional(
    oneOf(['created', '-created', 'latest', '-latest'], {
      description:
        'By creation, an order in which no row moves, or by the end of the latest attempt (the creation before the first one has finished); with `-` newest first. Default: `-created`.',
    }),
  ),
  ...pageParameters,
});

/** A webhook of the trail, which may be deleted. */
const ListedWebhook = Type.Object(
  {
    id: Id,
    name: Type.String(),
    deleted_at: Type.Optional({ ...Time, description: 'Absent while the webhook exists.' }),
  },
  CLOSED,
);

const { undelivered: _, ...states } = STATES;

/** An invocation in a list over webhooks. */
export const TrailInvocation = Type.Object(
  {
    id: Id,
    webhook: ListedWebhook,
    origin: Type.Optional(Origin),
    event_id: Type.Optional(
      Type.String({
        description:
          'The id that `publish` answered. Absent when the event is longer than 16 KiB, or no longer kept.',
      }),
    ),
    event_type: Type.Optional(
      Type.String({ description: 'Absent where it is unknown: of an archived one.' }),
    ),
    subject: Type.Optional(
      Type.String({ description: 'Of the event; absent where `event_id` is, or it has none.' }),
    ),
    erased_at: Type.Optional({
      ...Time,
      description: 'When its event was erased, with all that was sent and answered of it.',
    }),
    status: oneOf(LISTED_STATUSES, {
      description: 'Only an archived one is ever `terminated`.',
    }),
    status_code: Type.Optional(Type.Integer({ description: 'Status code of the latest attempt.' })),
    attempts_count: Type.Integer(),
    created_at: Time,
    latest_completed_at: Type.Optional(Time),
    state: oneOf(Object.keys(states)),
    next_attempt_at: Type.Optional({
      ...Time,
      description:
        'The earliest time of the next attempt, while it waits for one. A breaker, a rate limit or a pause may hold it longer: see `reason_code`.',
    }),
    reason_code: Type.Optional(
      oneOf(Object.keys(REASONS), {
        description:
          'Why it waits, or why it ended. Of a webhook that is paused or inactive, or whose account is suspended, everything waits for that.',
      }),
    ),
    reason: Type.Optional(Type.String({ description: 'The recorded reason in words.' })),
    error_class: Type.Optional(
      oneOf(Object.keys(ERROR_CLASSES), { description: "Class of the latest attempt's error." }),
    ),
    duration_ms: Type.Optional(Type.Integer({ description: 'Duration of the latest attempt.' })),
    trigger: Type.Optional(
      oneOf(Object.keys(TRIGGERS), { description: 'What caused the latest attempt.' }),
    ),
  },
  { ...CLOSED, $id: 'TrailInvocation' },
);

/** A page of invocations of several webhooks. */
export const TrailInvocations = Type.Object(
  {
    invocations: Type.Array(ref(TrailInvocation)),
    meta: Type.Object(
      {
        ...Meta.properties,
        covered: Type.Object(
          { from: Time, to: Time },
          {
            ...CLOSED,
            description:
              'The span of creation, or of the latest attempt with that order, that this page has read: it has all matches of it. A page that reached the limit of 50,000 rows or 250 ms may be short or empty, with `has_more`.',
          },
        ),
        gaps: Type.Optional(
          Type.Array(ListedGap, {
            description:
              'Spans that touch `covered` of which it is unknown what finished at archived webhooks: at most 50, the latest first. Absent without one.',
          }),
        ),
      },
      CLOSED,
    ),
    links: Links,
  },
  { ...CLOSED, description: 'A page of invocations.' },
);

/** A value that passed the schema of the same name. */
export type TrailInvocation = Static<typeof TrailInvocation>;
