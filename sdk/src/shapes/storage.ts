import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { Storage, StoredPartition, StoredTable } from '../models/storage.ts';

const partition = { from: time, to: time, bytes: asIs, droppedAfter: time };

/** What the database takes. */
export const storage = model<Storage>({
  bytes: asIs,
  tables: list(
    model<StoredTable>({
      name: asIs,
      bytes: asIs,
      partitions: list(model<StoredPartition>(partition)),
    }),
  ),
  next: list(model<Storage['next'][number]>({ ...partition, table: asIs })),
  readAt: time,
});
