import { bigint, smallint, timestamptzMs, uuid } from '../../database/parameters.ts';
import type { Parameters } from '../../database/query.ts';

/** The place of one delta among those of its writer. */
export interface DeltaMark {
  /** That of a row which the statement writes anyway. */
  readonly lane: number;
  readonly writer: string;
  readonly number: number;
  /** No number of the writer below this one is in flight. */
  readonly low: number;
  readonly madeAtMs: number;
}

/** The params of a statement that appends a delta. */
export interface Marked {
  /** Set by `appendDeltas`; without it the statement appends nothing. */
  readonly mark?: DeltaMark | undefined;
}

/** The parameters that `DELTA_VALUES` names. */
export const DELTA_PARAMETERS: Parameters<Marked> = {
  delta_lane: smallint(({ mark }) => mark?.lane ?? null),
  delta_writer: uuid(({ mark }) => mark?.writer ?? null),
  delta_number: bigint(({ mark }) => mark?.number ?? null),
  delta_low: bigint(({ mark }) => mark?.low ?? null),
  delta_made_at: timestamptzMs(({ mark }) => mark?.madeAtMs ?? null),
};

/** The columns of every delta, and their values. */
export const DELTA_COLUMNS = 'lane, writer, number, low, made_at, kind';
export const DELTA_VALUES = '$delta_lane, $delta_writer, $delta_number, $delta_low, $delta_made_at';
/** Without a mark there is nothing to append. */
export const IS_MARKED = '$delta_writer is not null';
