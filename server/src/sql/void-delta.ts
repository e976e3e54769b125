import { query } from '../database/query.ts';
import {
  DELTA_COLUMNS,
  DELTA_PARAMETERS,
  DELTA_VALUES,
  type DeltaMark,
} from './parts/delta-mark.ts';

interface Params {
  readonly mark: DeltaMark;
}

/**
 * Decides about a number whose statement may still be running. If that has written its delta, this
 * waits for its end, and does nothing if it was committed. If it has not got there yet, the key is
 * taken, and that statement fails as a whole. Afterwards the number has a row for good.
 */
export const voidDelta = query<Params, never>(
  'void-delta',
  DELTA_PARAMETERS,
  `insert into delta (${DELTA_COLUMNS})
values (${DELTA_VALUES}, 'void')
on conflict (writer, number, lane) do nothing`,
);
