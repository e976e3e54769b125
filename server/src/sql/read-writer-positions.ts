import { query } from '../database/query.ts';
import type { WriterRow } from './lock-writer.ts';

/** Reads how far the deltas of each writer are folded. */
export const readWriterPositions = query<void, WriterRow>(
  'read-writer-positions',
  {},
  'select id, next_number, missing::float8[] as missing, low from writer',
);
