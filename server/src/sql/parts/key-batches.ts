import { idArray, int8Array } from '../../database/binary-arrays.ts';
import { bigint, integer, rows, scalar, smallint, uuid } from '../../database/parameters.ts';
import type { Parameters } from '../../database/query.ts';

/** Entries of the packed lists: what events of one account and one day are found by. */
export interface KeyBatchRow {
  readonly lane: number;
  readonly accountId: number;
  readonly firstId: string;
  readonly lastId: string;
  /** The places of its entries, from 1 on; both inclusive. */
  readonly from: number;
  readonly to: number;
}

/** What the events of a group are found by. */
export interface KeyBatches {
  readonly hashes: readonly number[];
  /** The event of each hash. */
  readonly events: readonly string[];
  readonly rows: readonly KeyBatchRow[];
}

interface Params {
  /** Nothing by default. */
  readonly keyBatches?: KeyBatches;
}

const NO_BATCHES: KeyBatches = { hashes: [], events: [], rows: [] };

/** The parameters of a statement that inserts rows of `key_batch`. */
export const KEY_BATCH_PARAMETERS: Parameters<Params> = {
  key_hashes: scalar('bigint[]', int8Array)((p: Params) => (p.keyBatches ?? NO_BATCHES).hashes),
  key_events: scalar('uuid[]', idArray)((p: Params) => (p.keyBatches ?? NO_BATCHES).events),
  key_batches: rows((p: Params) => (p.keyBatches ?? NO_BATCHES).rows, {
    lane: smallint((row) => row.lane),
    account_id: bigint((row) => row.accountId),
    first_id: uuid((row) => row.firstId),
    last_id: uuid((row) => row.lastId),
    first_place: integer((row) => row.from),
    last_place: integer((row) => row.to),
  }),
};

/** The entries of a batch, of `$key_batches as b`. */
export function batchEntries(column: 'event_id' | 'hash'): string {
  return `(${column === 'hash' ? '$key_hashes' : '$key_events'})[b.first_place:b.last_place]`;
}
