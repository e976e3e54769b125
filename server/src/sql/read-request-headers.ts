import { smallint, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  readonly lane: number;
  readonly invocationId: string;
  readonly id: string;
}

interface Row {
  readonly number: number;
  /** A JSON text of [name, value, name, value, ...]; null where it was erased. */
  readonly request_headers: string | null;
}

/** Reads the request headers of one attempt: one range of the primary key. */
export const readRequestHeaders = query<Params, Row>(
  'read-request-headers',
  {
    lane: smallint((p) => p.lane),
    invocation_id: uuid((p) => p.invocationId),
    id: uuid((p) => p.id),
  },
  `select number, request_headers from attempt
where lane = $lane and invocation_id = $invocation_id and id = $id`,
);
