import type { Database, Runner } from '../database/database.ts';
import type { DeltaWriter } from './delta-writer.ts';

/** A database whose recording statements append their deltas, whoever runs them. */
export function appendDeltas(database: Database, writer: DeltaWriter): Database {
  return {
    run(query, params) {
      const lane = query.appendsIn?.(params);
      if (lane === undefined) return database.run(query, params);
      return writer.append(lane, (mark) => database.run(query, { ...params, mark }));
    },

    transaction(work) {
      return writer.appendAll((take) =>
        database.transaction((runner) => {
          const run: Runner['run'] = async (query, params) => {
            const lane = query.appendsIn?.(params);
            if (lane === undefined) return runner.run(query, params);
            return runner.run(query, { ...params, mark: await take(lane) });
          };
          return work({ run });
        }),
      );
    },

    close: () => database.close(),
  };
}
