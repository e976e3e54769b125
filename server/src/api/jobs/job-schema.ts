import { type Static, Type } from 'typebox';
import { ERASE_SKIP_REASONS } from '../../jobs/erase/erase-skip-reason.ts';
import {
  DEFAULT_RATE,
  MOST_CANARY,
  MOST_ITEMS,
  MOST_OF_LAST,
  MOST_RATE,
} from '../../jobs/replay/replay-spec.ts';
import { SKIP_REASONS } from '../../jobs/replay/skip-reason.ts';
import { LISTED_STATUSES } from '../../model/delivery-status.ts';
import { JOB_KINDS } from '../../model/job.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';
import { EraseEstimateView, EraseJobView } from './erase-schema.ts';
import { EXPORT_INPUT, ExportEstimateView, ExportJobView } from './export-schema.ts';
import { JOB_FIELDS } from './job-fields.ts';

const Share = Type.Number({ minimum: 0, maximum: 1 });
const Rate = Type.Integer({
  minimum: 1,
  maximum: MOST_RATE,
  description: `Attempts a second of each webhook, on top of its own limits; default ${DEFAULT_RATE}.`,
});

const Canary = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: MOST_CANARY }),
    success_share: { ...Share, description: 'Below this share it stops.' },
  },
  {
    ...CLOSED,
    description: 'Sends this many first, waits for their outcomes, and stops if too many failed.',
  },
);

const StopOn = Type.Object(
  {
    failure_share: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    of_last: Type.Integer({ minimum: 1, maximum: MOST_OF_LAST }),
  },
  { ...CLOSED, description: 'Stops once this share of the last attempts failed.' },
);

/** The body of create. */
export const JobInput = Type.Object(
  {
    kind: oneOf(JOB_KINDS),
    query: Type.Optional(
      Type.Union(
        [Type.String({ maxLength: 4_096 }), Type.Array(Type.Unknown(), { maxItems: 100 })],
        {
          description:
            'What to send again, to export or to erase: a query as text, or in its JSON form (docs/query.md). Relative times become absolute now.',
        },
      ),
    ),
    all: Type.Optional(
      Type.Boolean({
        description: 'Demanded by a query without a term, which selects everything.',
      }),
    ),
    dry_run: Type.Optional(
      Type.Boolean({ description: 'Answers what the job would do, and creates nothing.' }),
    ),
    ...EXPORT_INPUT,
    order: Type.Optional(
      oneOf(['oldest', 'newest'], {
        description: 'Of a replay or a resend, of each webhook, by creation; default `oldest`.',
      }),
    ),
    rate: Type.Optional(Rate),
    max: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_ITEMS,
        description: `Selects no more than this, first ones first; default ${MOST_ITEMS}.`,
      }),
    ),
    canary: Type.Optional(Canary),
    stop_on: Type.Optional(StopOn),
    target_webhook_id: Type.Optional(
      Type.String({
        maxLength: 100,
        description:
          'Sends to this webhook instead, signed with its secret: a replay as new invocations, a resend under the same ids.',
      }),
    ),
    include_succeeded: Type.Optional(
      Type.Boolean({ description: 'Sends also what was delivered; default false.' }),
    ),
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'Why, for people and the audit.' }),
    ),
  },
  { ...CLOSED, title: 'JobInput' },
);

/** The body of a PATCH. */
export const JobPatch = Type.Object({ rate: Rate }, { ...CLOSED, title: 'JobPatch' });

const WebhookOf = Type.Object(
  { id: Id, name: Type.Optional(Type.String()), deleted_at: Type.Optional(Time) },
  CLOSED,
);

const Counts = Type.Record(Type.String(), Type.Integer());

/** What a replay would do. */
export const JobEstimate = Type.Object(
  {
    exact: Type.Boolean({
      description:
        'Whether everything was counted. Otherwise the counts are scaled from the first 10,000, or from what was read in three seconds.',
    }),
    counted: Type.Integer({ description: 'How many were counted.' }),
    invocations: Type.Integer(),
    by_status: Type.Partial(Type.Record(oneOf(LISTED_STATUSES), Type.Integer())),
    webhooks: Type.Array(
      Type.Object(
        {
          webhook: WebhookOf,
          invocations: Type.Integer(),
          by_status: Counts,
          held_by: Type.Optional(
            Type.String({
              description:
                'What would hold it back now: `paused`, `suspended`, `breaker`; or skip it: `inactive`, `deleted`.',
            }),
          ),
        },
        CLOSED,
      ),
      { description: 'The first 100 with the most invocations.' },
    ),
    webhooks_count: Type.Integer(),
    already_delivered: Type.Integer({
      description: 'Left out because they were delivered, of what was read.',
    }),
    bodies_gone: Type.Integer({
      description: 'Would be skipped: their events are no longer kept.',
    }),
    archived: Type.Integer({ description: 'Would be skipped: they are archived from elsewhere.' }),
    skipped_by_reason: Type.Optional(
      Type.Record(Type.String(), Type.Integer(), {
        description: 'Of a resend: what would be skipped, by reason.',
      }),
    ),
    expected_duration_s: Type.Integer({ description: 'At this rate, if nothing is held back.' }),
  },
  { ...CLOSED, $id: 'JobEstimate' },
);

/** A replay or a resend in answers. */
export const ReplayJobView = Type.Object(
  {
    ...JOB_FIELDS,
    kind: oneOf(['replay', 'resend']),
    expected_end_at: Type.Optional({
      ...Time,
      description: 'While it runs, at its rate, if nothing is held back.',
    }),
    order: oneOf(['oldest', 'newest']),
    rate: Type.Integer(),
    max: Type.Integer(),
    canary: Type.Optional(Type.Object({ ...Canary.properties, passed: Type.Boolean() }, CLOSED)),
    stop_on: Type.Optional(StopOn),
    target_webhook_id: Type.Optional(Id),
    include_succeeded: Type.Boolean(),
    counts: Type.Object(
      {
        selected: Type.Integer(),
        more: Type.Boolean({ description: 'The query selects more than `max`.' }),
        already_delivered: Type.Integer({ description: 'Left out of the selection.' }),
        position: Type.Integer({ description: 'Sent or skipped.' }),
        sent: Type.Integer(),
        succeeded: Type.Integer(),
        failed: Type.Integer(),
        in_flight: Type.Integer({ description: 'Sent, without an outcome yet.' }),
        waiting: Type.Integer({ description: 'Selected, and not sent yet.' }),
        skipped: Type.Integer(),
        skipped_by_reason: Type.Record(Type.String(), Type.Integer(), {
          description: `By reason: ${Object.keys(SKIP_REASONS).join(', ')}.`,
        }),
      },
      CLOSED,
    ),
    waits_for: Type.Optional(
      Type.Array(
        Type.Object(
          { webhook: WebhookOf, for: oneOf(['breaker', 'paused', 'suspended', 'inactive']) },
          CLOSED,
        ),
        { description: 'Webhooks with items left that are held back now: the first 100.' },
      ),
    ),
  },
  { ...CLOSED, $id: 'ReplayJob' },
);

/** A job in answers. */
export const JobView = Type.Union([ref(ReplayJobView), ref(ExportJobView), ref(EraseJobView)], {
  $id: 'Job',
});

const Estimate = Type.Union([ref(JobEstimate), ref(ExportEstimateView), ref(EraseEstimateView)]);

/** The answer of create, show, patch, pause, resume and cancel. */
export const JobBody = Type.Object({ job: ref(JobView) }, { ...CLOSED, description: 'The job.' });

/** The answer of create, with what it is about to do. */
export const NewJobBody = Type.Object(
  { job: ref(JobView), estimate: Estimate },
  { ...CLOSED, description: 'The job, and what it is about to do.' },
);

/** The answer of a dry run. */
export const DryRunBody = Type.Object(
  { estimate: Estimate },
  { ...CLOSED, description: 'A dry run: what the job would do.' },
);

/** A page of jobs. */
export const JobList = Type.Object(
  { jobs: Type.Array(ref(JobView)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of jobs.' },
);

/** A page of what a job did not send. */
export const SkippedList = Type.Object(
  {
    skipped: Type.Array(
      Type.Object(
        {
          id: { ...Id, description: 'Of the invocation; of what was not erased, of the event.' },
          webhook_id: Type.Optional({ ...Id, description: 'Absent of an event.' }),
          created_at: { ...Time, description: 'When that was created.' },
          reason: oneOf([
            ...new Set([...Object.keys(SKIP_REASONS), ...Object.keys(ERASE_SKIP_REASONS)]),
          ]),
        },
        CLOSED,
      ),
    ),
    meta: Meta,
    links: Links,
  },
  { ...CLOSED, description: 'A page of what was not sent or erased, and why.' },
);

/** The query parameters of the lists. */
export const JobParameters = Type.Object(pageParameters);

/** Path parameters of one job. A malformed id is 404, like an unknown one. */
export const JobParams = Type.Object({ id: Type.String({ description: 'The id of a job.' }) });

/** A value that passed the schema of the same name. */
export type JobInput = Static<typeof JobInput>;
export type ReplayJobView = Static<typeof ReplayJobView>;
export type JobEstimate = Static<typeof JobEstimate>;
