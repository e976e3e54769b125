import { Type } from 'typebox';
import { JOB_REASONS, JOB_STATES } from '../../model/job.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Time } from '../schema/time.ts';

/** What jobs of all kinds show. */
export const JOB_FIELDS = {
  id: Id,
  state: oneOf(JOB_STATES),
  reason_code: Type.Optional(
    oneOf(JOB_REASONS, {
      description:
        'Why it stopped itself; `line`: others of the account are at work; `folder`, `store`: the folder or the store of exports cannot be used (while it runs: it waits for the store and tries again); `limit`: the files of the account are as large as they may be.',
    }),
  ),
  state_reason: Type.Optional(Type.String({ description: 'The same in words.' })),
  reason: Type.Optional(Type.String({ description: 'As it was given when it was created.' })),
  requested_by: Type.String({ description: 'The id of a token.' }),
  created_at: Time,
  started_at: Type.Optional(Time),
  ended_at: Type.Optional(Time),
  query: Type.Array(Type.Unknown(), { description: 'Frozen, in its JSON form.' }),
};
