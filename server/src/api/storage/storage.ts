import type { StoredPartition } from '../../keep/storage.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { StorageBody } from './storage-schema.ts';

/** Shows operators what the database takes, and what goes next. */
export const storage: Routes = (app, services) => {
  app.get(
    '/v1/storage',
    {
      schema: {
        operationId: 'showStorage',
        summary: 'Show the bytes of each table and day, and what is dropped next',
        description: 'Of the whole database, so only operators see it. Read once a minute at most.',
        tags: ['Accounts'],
        response: { 200: StorageBody, ...errorAnswers() },
      },
    },
    async () => {
      const { bytes, next, readAtMs, tables } = await services.storage.read();
      return {
        storage: {
          bytes,
          tables: tables.map(({ bytes: size, name, partitions }) => ({
            name,
            bytes: size,
            partitions: partitions.map(partitionView),
          })),
          next: next.map((one) => ({ table: one.table, ...partitionView(one) })),
          read_at: iso(readAtMs),
        },
      };
    },
  );
};

const iso = (ms: number): string => new Date(ms).toISOString();

function partitionView({ bytes, dropAfterMs, fromMs, toMs }: StoredPartition) {
  return {
    from: iso(fromMs),
    to: iso(toMs),
    bytes,
    ...(dropAfterMs !== undefined && { dropped_after: iso(dropAfterMs) }),
  };
}
