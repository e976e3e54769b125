import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';

/*
 * The program of a process that tests kill: it starts the embedded PostgreSQL in the folder of its
 * first argument, and prints "up URL" or "refused MESSAGE". After a signal it uses the database for
 * a moment before it stops it, as a draining node does; with "exit" as its second argument it exits
 * immediately and stops nothing.
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
