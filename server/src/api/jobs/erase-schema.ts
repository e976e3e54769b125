import { type Static, Type } from 'typebox';
import { ERASE_SKIP_REASONS } from '../../jobs/erase/erase-skip-reason.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Time } from '../schema/time.ts';
import { JOB_FIELDS } from './job-fields.ts';

const Skips = Type.Record(Type.String(), Type.Integer(), {
  description: `By reason: ${Object.keys(ERASE_SKIP_REASONS).join(', ')}.`,
});

/** An erasure in answers. */
export const EraseJobView = Type.Object(
  {
    ...JOB_FIELDS,
    kind: oneOf(['erase']),
    counts: Type.Object(
      {
        selected: Type.Integer({
          description: 'Events, and invocations whose event is unknown or no longer kept.',
        }),
        more: Type.Boolean({ description: 'The query selects more than one job erases.' }),
        position: Type.Integer({ description: 'Erased or skipped.' }),
        erased: Type.Integer({ description: 'Of the selected.' }),
        invocations: Type.Integer({ description: 'Of the erased events, of all webhooks.' }),
        attempts: Type.Integer({ description: 'Of these invocations.' }),
        waiting: Type.Integer({ description: 'Selected, and not looked at yet.' }),
        skipped: Type.Integer(),
        skipped_by_reason: Skips,
      },
      CLOSED,
    ),
  },
  { ...CLOSED, $id: 'EraseJob' },
);

/** What an erasure would do. */
export const EraseEstimateView = Type.Object(
  {
    exact: Type.Boolean({
      description:
        'Whether everything was counted. Otherwise the counts are of the first 10,000, or of what was read in three seconds.',
    }),
    events: Type.Integer({ description: 'Events that would be erased.' }),
    archived: Type.Integer({ description: 'Of what would be erased: archived from elsewhere.' }),
    invocations: Type.Integer({ description: 'Of these events, of all webhooks.' }),
    skipped: Type.Integer(),
    skipped_by_reason: Skips,
    exports: Type.Array(
      Type.Object({ id: Id, files: Type.Integer(), kept_until: Type.Optional(Time) }, CLOSED),
      {
        description:
          'Exports of the account whose files are kept, the first 100. They are not touched: delete the files that have what is erased.',
      },
    ),
  },
  { ...CLOSED, $id: 'EraseEstimate' },
);

/** A value that passed the schema of the same name. */
export type EraseJobView = Static<typeof EraseJobView>;
export type EraseEstimateView = Static<typeof EraseEstimateView>;
