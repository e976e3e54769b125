import { type Static, Type } from 'typebox';
import { EXPORT_FORMATS, EXPORT_ROLES, EXPORTED } from '../../jobs/export/export-spec.ts';
import { LISTED_STATUSES } from '../../model/delivery-status.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta } from '../schema/page-schema.ts';
import { Time } from '../schema/time.ts';
import { JOB_FIELDS } from './job-fields.ts';

/** The fields of the body of create that only exports have. */
export const EXPORT_INPUT = {
  of: Type.Optional(
    oneOf(EXPORTED, {
      description:
        'Of an export: what its rows are. `attempts` are those of the invocations that the query selects. Demanded.',
    }),
  ),
  format: Type.Optional(oneOf(EXPORT_FORMATS, { description: 'Of an export; default `ndjson`.' })),
  bodies: Type.Optional(
    Type.Boolean({
      description:
        'Of an export of `attempts` or `events`: whether rows have the bodies of requests, answers and events; default true.',
    }),
  ),
  role: Type.Optional(
    oneOf(EXPORT_ROLES, {
      description:
        'Of an export: secrets are masked as for this role; default `admin`. Tokens of the role `read` cannot download attempts that were exported for admins.',
    }),
  ),
};

const Files = Type.Object(
  {
    count: Type.Integer(),
    kept_until: Type.Optional({ ...Time, description: 'Once it has ended.' }),
    deleted: Type.Optional(
      Type.Boolean({ description: '`true` once they are not kept any more.' }),
    ),
  },
  CLOSED,
);

/** An export in answers. */
export const ExportJobView = Type.Object(
  {
    ...JOB_FIELDS,
    kind: oneOf(['export']),
    expected_end_at: Type.Optional({ ...Time, description: 'While it runs, at its pace so far.' }),
    of: oneOf(EXPORTED),
    format: oneOf(EXPORT_FORMATS),
    bodies: Type.Boolean(),
    role: oneOf(EXPORT_ROLES),
    counts: Type.Object({ rows: Type.Integer(), bytes: Type.Integer() }, CLOSED),
    share: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'How much of the time from its first row to its creation it has read.',
    }),
    reached: Type.Optional({ ...Time, description: 'It has all rows up to here.' }),
    files: Files,
  },
  { ...CLOSED, $id: 'ExportJob' },
);

/** What an export would have. */
export const ExportEstimateView = Type.Object(
  {
    exact: Type.Boolean({
      description:
        'Whether everything was counted. Otherwise the counts are scaled from the first 10,000, or from what was read in three seconds.',
    }),
    counted: Type.Integer({ description: 'How many invocations or events were counted.' }),
    rows: Type.Integer(),
    webhooks: Type.Optional(
      Type.Array(
        Type.Object(
          {
            webhook: Type.Object(
              {
                id: Id,
                name: Type.String(),
                deleted_at: Type.Optional(Time),
                origin: Type.Optional(Type.String()),
              },
              CLOSED,
            ),
            invocations: Type.Integer(),
            by_status: Type.Partial(Type.Record(oneOf(LISTED_STATUSES), Type.Integer())),
          },
          CLOSED,
        ),
        {
          description:
            'Of invocations and attempts: the first 100 webhooks with the most invocations.',
        },
      ),
    ),
    webhooks_count: Type.Optional(Type.Integer()),
  },
  { ...CLOSED, $id: 'ExportEstimate' },
);

/** A page of the files of an export. */
export const JobFileList = Type.Object(
  {
    files: Type.Array(
      Type.Object(
        {
          number: Type.Integer(),
          name: Type.String(),
          day: Type.String({ description: 'Of the creation of its rows, in UTC: YYYY-MM-DD.' }),
          state: oneOf(['writing', 'complete']),
          rows: Type.Integer(),
          bytes: Type.Integer(),
          sha256: Type.Optional(
            Type.String({ description: 'In hexadecimal digits, once it is complete.' }),
          ),
          url: Type.Optional(Type.String({ description: 'Where it is, once it is complete.' })),
        },
        CLOSED,
      ),
    ),
    meta: Meta,
    links: Links,
  },
  { ...CLOSED, description: 'A page of the files of an export, oldest day first.' },
);

/** Path parameters of a file. */
export const JobFileParams = Type.Object({
  id: Type.String({ description: 'The id of a job.' }),
  number: Type.String({ description: 'The number of a file, from 1.' }),
});

/** A value that passed the schema of the same name. */
export type ExportJobView = Static<typeof ExportJobView>;
export type ExportEstimateView = Static<typeof ExportEstimateView>;
