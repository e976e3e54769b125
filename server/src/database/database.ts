import pg from 'pg';
import type { Logger } from 'pino';
import type { PoolMetrics } from '../metrics/database-metrics.ts';
import { idFromUuid } from '../model/ids.ts';
import { DAY_MS, SECOND_MS } from '../model/time-units.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { Traces } from '../traces/traces.ts';
import { applicationName } from './application-name.ts';
import { CITUS_SESSION } from './citus-session.ts';
import { noticeClient } from './notice-client.ts';
import type { Query } from './query.ts';
import { sessionOf } from './session-of.ts';
import { StatementRun } from './statement-run.ts';
import { TimeLimit } from './time-limit.ts';

/** Runs statements of `server/src/sql/`. */
export interface Runner {
  /**
   * Throws `Unavailable` when the database cannot be reached or is shutting down: then it is
   * unknown whether the statement took effect. Any other error comes from PostgreSQL, and nothing
   * was changed.
   */
  run<Params, Row>(query: Query<Params, Row>, params: Params): Promise<Row[]>;
}

export interface Database extends Runner {
  /** Runs `work` in one transaction on one connection. */
  transaction<T>(work: (runner: Runner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A database whose statements can be cancelled. */
export interface CancellableDatabase extends Database {
  /**
   * Runs `work` on one connection. When the signal aborts, the database cancels the statement that runs,
   * and this rejects with the signal's reason.
   */
  session<T>(signal: AbortSignal, work: (runner: Runner) => Promise<T>): Promise<T>;
}

const parseTime = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ, 'text');
let lastTimeText = '';
let lastTime: Date | null = null;

/** Rows written together share a time: the 500 rows of a claim have the same end of their lease. */
function rememberTime(text: string): Date | null {
  if (text !== lastTimeText) {
    lastTime = parseTime(text) as Date | null;
    lastTimeText = text;
  }
  return lastTime;
}

const UUID_ARRAY = 2951;
const parseTexts = pg.types.getTypeParser(UUID_ARRAY as number as never, 'text');

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary') {
      if (oid === pg.types.builtins.UUID) return idFromUuid;
      if (oid === UUID_ARRAY) return idsOf;
      if (oid === pg.types.builtins.INT8) return Number;
      if (oid === pg.types.builtins.TIMESTAMPTZ) return rememberTime;
    }
    return pg.types.getTypeParser(oid, format as 'text');
  },
} as pg.CustomTypesConfig;

/** An element may be null. */
function idsOf(text: string): (string | null)[] {
  const uuids = parseTexts(text) as (string | null)[];
  return uuids.map((uuid) => (uuid === null ? null : idFromUuid(uuid)));
}

/**
 * After this time a statement and its connection are given up. Statements take milliseconds; only a
 * database that stopped responding without closing its connections takes this long.
 */
const STATEMENT_MS = 20_000;

/** How long closing a connection may take. */
const GOODBYE_MS = 1_000;

/**
 * SQLSTATE classes of transient errors: connection, resources, operator intervention, system error,
 * read-only standby, lock.
 */
const TRANSIENT = /^(08|53|57P|58|25006|55P03)/;

/** SQLSTATE. */
const UNDEFINED_TABLE = '42P01';

/** Statements of days that have no partition, of which the names are kept: two a day at most. */
const MOST_WITHOUT_DAY = 16;

/** SQLSTATE: also of a statement that took too long. */
const QUERY_CANCELED = '57014';

/**
 * SQLSTATEs of a Citus cluster that pass: a worker that ended while it ran its part of a statement is an
 * internal error of the coordinator, and workers may deadlock although rows are locked in one order.
 */
const PASSING_ON_CITUS = /^(XX000|40P01)$/;

function rethrow(error: Error, citus: boolean): never {
  const final =
    error instanceof pg.DatabaseError &&
    !TRANSIENT.test(error.code ?? '') &&
    !(citus && PASSING_ON_CITUS.test(error.code ?? ''));
  if (final) throw error;
  throw new Unavailable(`the database is not available: ${error.message}`, 1, { cause: error });
}

/** What a span calls an error: its SQLSTATE, if PostgreSQL answered. Messages quote values. */
function errorType(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return String(code ?? name ?? '_OTHER');
}

interface Options {
  readonly connections: number;
  readonly log: Logger;
  readonly metrics?: PoolMetrics | undefined;
  readonly traces?: Pick<Traces, 'statement'> | undefined;
  /** After this time PostgreSQL ends a statement by itself. */
  readonly statementMs?: number;
  /** A machine of a Citus cluster that is asked about its own shards only: one PostgreSQL. */
  readonly ofOneShard?: boolean;
}

/** Opens a pool of at most `connections`, each opened on demand. */
export function openDatabase(
  url: string,
  { connections, log, metrics, ofOneShard = false, statementMs, traces }: Options,
): CancellableDatabase {
  /** Known from the first connection on. */
  let citus: boolean | undefined = ofOneShard ? false : undefined;
  const pool = new pg.Pool({
    ...sessionOf(url),
    max: connections,
    types,
    application_name: applicationName(),
    connectionTimeoutMillis: 5_000,
    ...(statementMs !== undefined && { statement_timeout: statementMs }),
    idleTimeoutMillis: 60_000,
    // Each day has statements of its own, which a connection keeps, planned, until it ends.
    maxLifetimeSeconds: DAY_MS / SECOND_MS,
    keepAlive: true,
    async onConnect(client) {
      await noticeClient((text) => client.query(limited(text)));
      if (ofOneShard) return;
      citus = (await client.query(limited(CITUS_SESSION))).rowCount !== 0;
    },
  });
  metrics?.opened(() => ({
    open: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
    most: connections,
  }));
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ err: error }, 'lost an idle database connection');
  });
  const open = new Set<pg.PoolClient>();
  const idle = new Set<pg.PoolClient>();
  // The pool listens to idle connections only. A connection lost in a transaction would end the
  // process with an unhandled 'error' event; its next statement rejects anyway.
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
   * If PostgreSQL itself did not respond, every idle connection is suspect: each dead one would
   * cost a further statement 20 s. New ones cost milliseconds.
   */
  function failed(error: Error): never {
    if (!(error instanceof pg.DatabaseError)) cutOff(idle);
    return rethrow(error, citus === true || ofOneShard);
  }

  const limit = new TimeLimit(STATEMENT_MS);

  /** Runs a statement on a connection, by default on a free one of the pool. */
  const runOn = <Row>(
    name: string,
    text: string,
    values: readonly unknown[],
    held: pg.PoolClient | undefined,
    before?: Query<never, Row>['before'],
  ): Promise<Row[]> =>
    new Promise((resolve, reject) => {
      let release: ((error?: Error) => void) | undefined;
      const run = new StatementRun<Row>({
        name,
        text,
        values,
        types,
        limit,
        before,
        onEnd(error, rows) {
          release?.(error);
          if (error === undefined) resolve(rows);
          else reject(error);
        },
      });
      if (held !== undefined) {
        run.start(held);
        return;
      }
      // Not `pool.query`, which makes four more functions and a promise.
      pool.connect((error, client, done) => {
        if (client === undefined) {
          reject(error as Error);
          return;
        }
        release = done;
        run.start(client);
      });
    });

  /** Makes a connection, which says what statements have to look like. */
  const learn = async (name: string) => {
    const startedMs = performance.now();
    try {
      (await pool.connect()).release();
    } catch (error) {
      metrics?.ran(name, performance.now() - startedMs, true);
      failed(error as Error);
    }
  };

  const runner = (held?: pg.PoolClient, signal?: AbortSignal): Runner => ({
    async run<Params, Row>(query: Query<Params, Row>, params: Params) {
      signal?.throwIfAborted();
      if (citus === undefined) await learn(query.shownName ?? query.name);
      if (citus && query.laneByLane !== undefined) {
        return runLaneByLane(this, query.laneByLane, query, params);
      }
      const values = query.values(params);
      const startedMs = performance.now();
      let failure: unknown;
      let isFailed = true;
      const span = traces?.statement(query.shownName ?? query.name);
      try {
        const text = citus ? citusText(query) : query.text;
        const rows = await runOn<Row>(query.name, text, values, held, query.before).catch(failed);
        isFailed = false;
        return rows;
      } catch (error) {
        failure = error;
        // To show what asked for it, not what read the bytes.
        Error.captureStackTrace(error as Error);
        throw error;
      } finally {
        metrics?.ran(query.shownName ?? query.name, performance.now() - startedMs, isFailed);
        span?.end({}, isFailed ? errorType(failure) : undefined);
      }
    },
  });

  const whole = runner();
  const withoutDay = new Set<string>();

  return {
    /** A statement of a day fails where an operator has other partitions, or the day was just dropped. */
    async run(query, params) {
      const ofDay = query.ofDay?.(params);
      if (ofDay === undefined || withoutDay.has(ofDay.name)) return whole.run(query, params);
      try {
        return await whole.run(ofDay, params);
      } catch (error) {
        if ((error as { code?: unknown } | undefined)?.code !== UNDEFINED_TABLE) throw error;
        if (withoutDay.size >= MOST_WITHOUT_DAY) withoutDay.clear();
        withoutDay.add(ofDay.name);
        return whole.run(query, params);
      }
    },
    // Statements of transactions are of all days: in them, nothing can follow one that failed.
    async transaction(work) {
      const client = await pool.connect().catch(failed);
      let broken: Error | undefined;
      try {
        await client.query(limited('begin')).catch(failed);
        const result = await work(runner(client));
        await client.query(limited('commit')).catch(failed);
        return result;
      } catch (error) {
        // A connection that cannot roll back is destroyed: the server then rolls back. A dead one
        // is not asked to, which would take as long again as the statement did.
        if (error instanceof Unavailable) broken = error;
        else {
          await client.query(limited('rollback')).catch((failure: Error) => {
            broken = failure;
          });
        }
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async session(signal, work) {
      signal.throwIfAborted();
      const client = await pool.connect().catch(failed);
      let cancelling: Promise<void> | undefined;
      const cancel = () => {
        cancelling = cancelStatement(url, client);
      };
      signal.addEventListener('abort', cancel, { once: true });
      let broken: Error | undefined;
      try {
        return await work(runner(client, signal));
      } catch (error) {
        if (error instanceof Unavailable) broken = error;
        signal.throwIfAborted();
        if ((error as { code?: unknown } | undefined)?.code !== QUERY_CANCELED) throw error;
        throw new Unavailable('the database took too long', 1, { cause: error });
      } finally {
        signal.removeEventListener('abort', cancel);
        await cancelling;
        // A cancel that comes late would end the next statement.
        client.release(broken ?? cancelling !== undefined);
      }
    },
    async close() {
      await pool.end();
      // A dead database never confirms the close, which would keep this process running.
      setTimeout(() => cutOff(open), GOODBYE_MS).unref();
    },
  };
}

/** A statement without values that the driver gives up after the same time. */
function limited(text: string): pg.QueryConfig {
  return Object.assign({ text }, { query_timeout: STATEMENT_MS });
}

/** One lane after the other: more would take the connections that others wait for. */
async function runLaneByLane<Params, Row>(
  runner: Runner,
  { merge, name, runs, text }: NonNullable<Query<Params, Row>['laneByLane']>,
  { name: shownName }: Query<Params, Row>,
  params: Params,
): Promise<Row[]> {
  const found: Row[][] = [];
  const one: Query<unknown[], Row> = { name, shownName, text, values: (values) => values };
  for (const values of runs(params)) found.push(await runner.run(one, [...values]));
  return merge(found, params);
}

const citusTexts = new WeakMap<object, string>();

/**
 * The text of a statement for Citus: without "offset 0", which changes no result. It keeps PostgreSQL's
 * planner from pulling a subquery up, and Citus refuses it where the subquery looks in several shards.
 */
function citusText(query: Pick<Query<never, unknown>, 'citusText' | 'text'>): string {
  const known = citusTexts.get(query);
  if (known !== undefined) return known;
  const text = (query.citusText ?? query.text).replaceAll(/\s+offset 0\b/g, '');
  citusTexts.set(query, text);
  return text;
}

/** Ends the statement that runs on a connection, from another one; cuts it off if that fails. */
async function cancelStatement(url: string, running: pg.PoolClient): Promise<void> {
  const { processID } = running as pg.PoolClient & { readonly processID: number };
  const client = new pg.Client({ ...sessionOf(url), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_cancel_backend($1)', [processID]);
  } catch {
    cutOff([running]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function cutOff(clients: Iterable<pg.PoolClient>): void {
  for (const client of clients) client.connection.stream.destroy();
}
