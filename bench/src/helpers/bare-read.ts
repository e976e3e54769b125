import { openDatabase } from '@hooktrail/server/database';
import { createLog } from '@hooktrail/server/log';
import { readInvocations } from '@hooktrail/server/sql/read-invocations';
import { monotonicUs } from '../measure/monotonic-us.ts';
import { type Quantiles, quantiles } from '../measure/quantiles.ts';
import { serve } from './serve.ts';

/** The parameters of the statement for one page of a list. */
export type PageOfRows = Parameters<ReturnType<typeof readInvocations.statement>['values']>[0];

/** The pages to read, newest rows first. */
export interface Reads {
  readonly databaseUrl: string;
  /** They take turns. */
  readonly pages: readonly PageOfRows[];
  readonly count: number;
}

export interface ReadResult {
  readonly seconds: number;
  readonly latency: Quantiles;
  /** The ids on each of `pages`; empty for a page that was not read. */
  readonly ids: readonly (readonly string[])[];
}

/** The commands of a process that reads pages by the server's statement alone. */
export interface BareRead {
  read(reads: Reads): Promise<ReadResult>;
}

async function read({ databaseUrl, pages, count }: Reads): Promise<ReadResult> {
  const database = openDatabase(databaseUrl, { connections: 1, log: createLog('warn') });
  const latenciesUs: number[] = [];
  const ids: string[][] = pages.map(() => []);
  const readPage = async (index: number): Promise<void> => {
    const page = pages[index] as PageOfRows;
    const statement = readInvocations.statement(true, page.filters);
    ids[index] = (await database.run(statement, page)).map((row) => row.id);
  };
  try {
    // A server makes the connection and the plan once, so they do not count.
    await readPage(0);
    const startUs = monotonicUs();
    for (let turn = 0; turn < count; turn++) {
      const beganUs = monotonicUs();
      await readPage(turn % pages.length);
      latenciesUs.push(monotonicUs() - beganUs);
    }
    const seconds = (monotonicUs() - startUs) / 1_000_000;
    return { seconds, latency: quantiles(latenciesUs), ids };
  } finally {
    await database.close();
  }
}

serve<BareRead>({ read });
