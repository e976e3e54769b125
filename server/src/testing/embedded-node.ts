import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';

/*
 * A process of its own that starts the embedded PostgreSQL in the folder of its first argument,
 * for tests that kill it. Says "up URL" or "refused MESSAGE". A signal makes it use the database
 * for a moment before it stops it, as a node does that drains; "exit" as its second argument makes
 * it end at once instead, without stopping anything.
 */
const [dataDir = '', mode] = process.argv.slice(2);
const signalled = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
});
try {
  const postgres = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }) });
  process.stdout.write(`up ${postgres.url}\n`);
  if (mode === 'exit') process.exit(3);
  await signalled;
  await sleep(200);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('select 1');
  await client.end();
  await postgres.stop();
  process.stdout.write('stopped\n');
} catch (error) {
  process.stdout.write(`refused ${(error as Error).message}\n`);
  process.exitCode = 1;
}
