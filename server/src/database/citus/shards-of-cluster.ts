import pg from 'pg';
import type { Logger } from 'pino';
import type { PoolMetrics } from '../../metrics/database-metrics.ts';
import { LANES } from '../../model/lanes.ts';
import type { Shards } from '../../model/shards.ts';
import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import type { Traces } from '../../traces/traces.ts';
import { type Database, openDatabase } from '../database.ts';
import type { Query } from '../query.ts';
import { machineUrl } from './machine-url.ts';
import { type Placement, ShardMap } from './shard-map.ts';

interface Parts {
  readonly databaseUrl: string;
  /** To each machine. */
  readonly connections: number;
  readonly log: Logger;
  readonly metrics?: PoolMetrics | undefined;
  readonly traces?: Pick<Traces, 'statement'> | undefined;
}

/** SQLSTATEs: of `GUARD`, and of a partition that was dropped. Nothing was changed. */
const NOT_HERE = /^(22012|42P01)$/;

const REFRESH_MS = MINUTE_MS;
/** A new day asks for it, by every statement. */
const REFRESH_AT_MOST_MS = 5 * SECOND_MS;

const CONNECT_MS = 3_000;

/** Statements of days that ended are forgotten with the rest. */
const MOST_STATEMENTS = 2_000;

/** What Citus locks while it moves a shard (`LockShardDistributionMetadata`), as for its own writes. */
const SHARE_LOCK = 5;

const PLACEMENTS = `select
  s.logicalrelid::regclass::text as table, s.shardid::float8 as "shardId",
  s.shardminvalue::float8 as "from", n.nodename || ':' || n.nodeport as machine
from pg_dist_shard s
join pg_dist_placement p using (shardid)
join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'`;

/** A shard that a machine has by its own metadata, which Citus may not have brought up to date. */
const OWN_SHARD = `select from pg_dist_placement
where groupid = (select groupid from pg_dist_local_group) limit 1`;

/** None in a database with Citus whose tables are not distributed: the function refuses them. */
const LANE_SHARDS = `select get_shard_id_for_distribution_column('event', lane::smallint)::float8 as shard
from generate_series(0, ${LANES - 1}) as l (lane)
where exists (select from pg_dist_partition where logicalrelid = 'event'::regclass)
order by lane`;

/**
 * Runs statements of one shard on the machine that has it, on the tables of that shard by their names: they
 * are then statements of one PostgreSQL, with its plans, and neither the coordinator nor another machine has
 * part in them. What has lanes of several shards goes through the coordinator, and so does everything of a
 * machine that this node could not reach when it looked.
 *
 * Before each of them, in its transaction, `GUARD` takes the lock that a write of Citus takes, and looks
 * whether the machine still has the shard: a shard that moves away loses nothing.
 */
export class ShardsOfCluster implements Shards {
  readonly #parts: Parts;
  readonly #machines = new Map<string, Database>();
  readonly #statements = new Map<string, Query<never, unknown> | undefined>();
  readonly #timer: NodeJS.Timeout;
  #reachable: ReadonlySet<string> = new Set();
  #map = new ShardMap([], []);
  #refreshedAtMs = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | undefined;
  #closed = false;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#refreshSoon(), REFRESH_MS);
    this.#timer.unref();
  }

  static async open(parts: Parts): Promise<ShardsOfCluster> {
    const shards = new ShardsOfCluster(parts);
    try {
      await shards.#refresh();
    } catch (error) {
      await shards.close();
      throw error;
    }
    return shards;
  }

  of(lanes: Iterable<number>): number | undefined {
    return this.#map.of(lanes);
  }

  /** The machines that have shards, of which each may write. */
  machines(): ReadonlyMap<string, Database> {
    return this.#machines;
  }

  /** The same database, with statements of one shard sent to its machine. */
  through(database: Database): Database {
    return {
      run: async (query, params) => {
        const lanes = query.lanesOf?.(params);
        const number = lanes === undefined ? undefined : this.#map.of(lanes);
        if (number === undefined) return database.run(query, params);
        const { machine } = this.#map.shard(number);
        const there = this.#reachable.has(machine) ? this.#machines.get(machine) : undefined;
        const ofDay = query.ofDay?.(params);
        const statement =
          there && ((ofDay && this.#statement(ofDay, number)) ?? this.#statement(query, number));
        if (there === undefined || statement === undefined) return database.run(query, params);
        try {
          return await there.run(statement, params);
        } catch (error) {
          const code = String((error as { readonly code?: unknown } | undefined)?.code);
          if (!NOT_HERE.test(code)) throw error;
          this.#refreshSoon();
          return database.run(query, params);
        }
      },
      transaction: (work) => database.transaction(work),
      close: () => database.close(),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#refreshing;
    await Promise.all([...this.#machines.values()].map((machine) => machine.close()));
  }

  /** A statement on a shard; undefined where the shard does not have the partition that it names. */
  #statement<Params, Row>(
    query: Query<Params, Row>,
    number: number,
  ): Query<Params, Row> | undefined {
    const { anchor } = this.#map.shard(number);
    const name = `${query.name}-${anchor}`;
    const known = this.#statements.get(name) as Query<Params, Row> | undefined;
    if (known !== undefined) return known;
    const text = this.#map.text(number, query.text);
    if (text === undefined) {
      this.#refreshSoon();
      return undefined;
    }
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    const made: Query<Params, Row> = {
      name,
      shownName: query.shownName ?? query.name,
      text,
      values: query.values,
      before: guard(anchor),
    };
    this.#statements.set(name, made as Query<never, unknown>);
    return made;
  }

  #refreshSoon(): void {
    if (this.#closed || performance.now() - this.#refreshedAtMs < REFRESH_AT_MOST_MS) return;
    this.#refreshing ??= this.#refresh()
      .catch((error: unknown) => {
        this.#parts.log.warn({ err: error }, 'could not read which machine has which shard');
      })
      .finally(() => {
        this.#refreshing = undefined;
      });
  }

  async #refresh(): Promise<void> {
    const { connections, databaseUrl, log, metrics, traces } = this.#parts;
    this.#refreshedAtMs = performance.now();
    const map = await readMap(databaseUrl);
    const reachable = new Set<string>();
    await Promise.all(
      map.machines.map(async (machine) => {
        const obstacle = await obstacleTo(machineUrl(databaseUrl, machine));
        if (obstacle === undefined) reachable.add(machine);
        else {
          const said = 'cannot ask a worker: the coordinator is asked instead';
          log.warn({ err: obstacle, machine }, said);
        }
      }),
    );
    for (const machine of map.machines) {
      if (this.#machines.has(machine)) continue;
      const url = machineUrl(databaseUrl, machine);
      this.#machines.set(
        machine,
        openDatabase(url, {
          connections,
          log,
          metrics: metrics && { ...metrics, opened: () => undefined },
          ofOneShard: true,
          traces,
        }),
      );
    }
    for (const [machine, gone] of this.#machines) {
      if (map.machines.includes(machine)) continue;
      this.#machines.delete(machine);
      void gone.close();
    }
    this.#reachable = reachable;
    this.#map = map;
    this.#statements.clear();
  }
}

function guard(anchor: number): Query<never, unknown>['before'] {
  return [
    {
      name: `lock-shard-${anchor}`,
      text: `select lock_shard_metadata(${SHARE_LOCK}, array[${anchor}])`,
    },
    {
      name: `has-shard-${anchor}`,
      text: `select 1 / count(*) from pg_dist_placement
where shardid = ${anchor} and groupid = (select groupid from pg_dist_local_group)`,
    },
  ];
}

async function readMap(databaseUrl: string): Promise<ShardMap> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: 20_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const placements = await client.query<Placement>(PLACEMENTS);
    const lanes = await client.query<{ shard: number }>(LANE_SHARDS);
    return new ShardMap(
      placements.rows,
      lanes.rows.map(({ shard }) => shard),
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Why statements cannot go to a machine; undefined if they can. */
async function obstacleTo(url: string): Promise<unknown> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query(OWN_SHARD);
    // `GUARD` would refuse each statement.
    return rowCount === 0 ? new Error('it does not know its shards') : undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
