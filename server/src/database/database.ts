import pg from 'pg';
import type { Logger } from 'pino';
import { idFromUuid } from '../model/ids.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Query } from './query.ts';

/** Runs statements of `server/src/sql/`. */
export interface Runner {
  /**
   * Throws `Unavailable` when the database cannot be reached or is going down: then nothing is
   * known of what the statement did. Any other error is PostgreSQL's answer: it did nothing.
   */
  run<Params, Row>(query: Query<Params, Row>, params: Params): Promise<Row[]>;
}

export interface Database extends Runner {
  /** Runs `work` in one transaction on one connection. */
  transaction<T>(work: (runner: Runner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Every statement of ours is written for one plan: ranges of an index, found from its parameters.
 * A plan made once (`force_generic_plan`) saves planning over ten partitions each time; the other
 * settings keep the planner from reading a whole partition when its statistics are young, as they
 * are on a day that has just begun.
 */
const SESSION_OPTIONS = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

const parseTime = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ, 'text');
let lastTimeText = '';
let lastTime: Date | null = null;

/** Rows that are written together have the same time: five hundred of a claim, the end of their lease. */
function rememberTime(text: string): Date | null {
  if (text !== lastTimeText) {
    lastTime = parseTime(text) as Date | null;
    lastTimeText = text;
  }
  return lastTime;
}

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary') {
      if (oid === pg.types.builtins.UUID) return idFromUuid;
      if (oid === pg.types.builtins.INT8) return Number;
      if (oid === pg.types.builtins.TIMESTAMPTZ) return rememberTime;
    }
    return pg.types.getTypeParser(oid, format as 'text');
  },
} as pg.CustomTypesConfig;

/**
 * A statement that is not answered by then is given up with its connection. Ours take milliseconds;
 * what takes so long is a database that fell silent without closing its connections.
 */
const STATEMENT_MS = 20_000;

/** How long a connection that is closed may take to be gone. */
const GOODBYE_MS = 1_000;

/**
 * SQLSTATE classes that say "not now", not "never": connection, resources, operator, the system
 * around PostgreSQL, a standby, a lock.
 */
const PASSING = /^(08|53|57P|58|25006|55P03)/;

function rethrow(error: Error): never {
  const answered = error instanceof pg.DatabaseError && !PASSING.test(error.code ?? '');
  if (answered) throw error;
  throw new Unavailable(`the database is not available: ${error.message}`, 1, { cause: error });
}

/** Opens a pool of at most `connections`; none is opened before it is needed. */
export function openDatabase(
  url: string,
  { connections, log }: { connections: number; log: Logger },
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    options: SESSION_OPTIONS,
    application_name: 'hooktrail',
    connectionTimeoutMillis: 5_000,
    query_timeout: STATEMENT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ err: error }, 'an idle database connection was lost');
  });
  const open = new Set<pg.PoolClient>();
  const idle = new Set<pg.PoolClient>();
  // The pool listens to connections that are idle only. One that is lost in a transaction would end
  // the process, as an 'error' that nobody listens to; its next statement tells of the loss.
  pool.on('connect', (client) => {
    open.add(client);
    client.on('error', () => undefined);
  });
  pool.on('acquire', (client) => idle.delete(client));
  pool.on('release', (error, client) => {
    if (!error) idle.add(client);
  });
  pool.on('remove', (client) => {
    open.delete(client);
    idle.delete(client);
  });

  /**
   * Where PostgreSQL itself did not answer, every idle connection is suspect: one that fell silent
   * would cost the next statement its 20 s, one after another. Making new ones costs milliseconds.
   */
  function failed(error: Error): never {
    if (!(error instanceof pg.DatabaseError)) cutOff(idle);
    return rethrow(error);
  }

  const runner = (client: pg.Pool | pg.PoolClient): Runner => ({
    async run(query, params) {
      const values = query.values(params);
      const result = await client
        .query({ name: query.name, text: query.text, values })
        .catch(failed);
      return result.rows;
    },
  });

  return {
    ...runner(pool),
    async transaction(work) {
      const client = await pool.connect().catch(failed);
      let broken: Error | undefined;
      try {
        await client.query('begin').catch(failed);
        const result = await work(runner(client));
        await client.query('commit').catch(failed);
        return result;
      } catch (error) {
        // A connection that cannot roll back is thrown away: the server rolls back by itself. One that
        // fell silent is not even asked, which would take as long again as the statement did.
        if (error instanceof Unavailable) broken = error;
        else {
          await client.query('rollback').catch((failure: Error) => {
            broken = failure;
          });
        }
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async close() {
      await pool.end();
      // A goodbye that the database does not hear would keep this process from its end.
      setTimeout(() => cutOff(open), GOODBYE_MS).unref();
    },
  };
}

function cutOff(clients: Iterable<pg.PoolClient>): void {
  for (const client of clients) client.connection.stream.destroy();
}
