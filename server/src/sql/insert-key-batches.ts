import { query } from '../database/query.ts';
import { batchEntries, KEY_BATCH_PARAMETERS, type KeyBatches } from './parts/key-batches.ts';

/** Inserts what events of nodes of earlier versions are found by, as the accepting statement does for ours. */
export const insertKeyBatches = query<{ readonly keyBatches: KeyBatches }, never>(
  'insert-key-batches',
  KEY_BATCH_PARAMETERS,
  `insert into key_batch (lane, last_id, first_id, hashes, events)
select b.lane, b.last_id, b.first_id, ${batchEntries('hash')}, ${batchEntries('event_id')}
from $key_batches as b
on conflict (lane, last_id) do nothing`,
  { lanesOf: ({ keyBatches }) => keyBatches.rows.map(({ lane }) => lane) },
);
