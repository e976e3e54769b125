import { integer, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import { forEachFamily } from './parts/trail-family.ts';

/** The key of an attempt. */
export interface AttemptKey {
  /** Of an archived one. */
  readonly webhook_id?: string;
  readonly lane: number;
  readonly invocation_id: string;
  readonly number: number;
}

interface AttemptTexts extends AttemptKey {
  /** Null where they were not archived. */
  readonly request_headers: string | null;
  readonly response_headers: string | null;
  readonly response_body: string | null;
}

/** Reads the texts of attempts. */
export const readAttemptTexts = forEachFamily(({ family, named, tables }) => {
  const [key, isKey] =
    family === 'local' ? ['', ''] : ['k.webhook_id, ', 'webhook_id = k.webhook_id and '];
  return query<readonly AttemptKey[], AttemptTexts>(
    named('read-attempt-texts'),
    {
      attempts: rows((keys: readonly AttemptKey[]) => keys, {
        lane: smallint((one) => one.lane),
        ...(family === 'archived' && {
          webhook_id: uuid((one: AttemptKey) => one.webhook_id as string),
        }),
        invocation_id: uuid((one) => one.invocation_id),
        number: integer((one) => one.number),
      }),
    },
    `select
  ${key}a.lane, a.invocation_id, a.number, a.request_headers, a.response_headers, a.response_body
from
  $attempts as k
  cross join lateral (
    select * from ${tables.attempt}
    where lane = k.lane and ${isKey}invocation_id = k.invocation_id and number = k.number
    offset 0
  ) as a`,
    { laneByLane: true },
  );
});
