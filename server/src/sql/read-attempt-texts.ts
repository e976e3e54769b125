import { integer, rows, smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** The key of an attempt. */
export interface AttemptKey {
  readonly lane: number;
  readonly invocation_id: string;
  readonly number: number;
}

interface AttemptTexts extends AttemptKey {
  readonly request_headers: string;
  readonly response_headers: string | null;
  readonly response_body: string | null;
}

/** Reads the texts of attempts. */
export const readAttemptTexts = query<readonly AttemptKey[], AttemptTexts>(
  'read-attempt-texts',
  {
    attempts: rows((keys: readonly AttemptKey[]) => keys, {
      lane: smallint((key) => key.lane),
      invocation_id: uuid((key) => key.invocation_id),
      number: integer((key) => key.number),
    }),
  },
  `select a.lane, a.invocation_id, a.number, a.request_headers, a.response_headers, a.response_body
from
  $attempts as k
  cross join lateral (
    select * from attempt
    where lane = k.lane and invocation_id = k.invocation_id and number = k.number
    offset 0
  ) as a`,
);
