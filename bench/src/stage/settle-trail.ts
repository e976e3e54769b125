import { DAY_MS } from '@hooktrail/server/time-units';
import pg from 'pg';

/**
 * Vacuums and analyses the days that were filled and makes a checkpoint, as on a server that was idle for
 * days. It uses a connection without the statement timeout of 20 s: a checkpoint of gigabytes may take
 * longer.
 */
export async function settleTrail(
  databaseUrl: string,
  fromMs: number,
  toMs: number,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (let day = Math.floor(fromMs / DAY_MS) * DAY_MS; day < toMs; day += DAY_MS) {
      const name = new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
      for (const table of ['event', 'invocation', 'attempt']) {
        await client.query(`vacuum (analyze) ${table}_${name}`);
      }
    }
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
