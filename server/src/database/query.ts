import { LANES } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import type { Parameter, Rows } from './parameters.ts';

/** One statement of `server/src/sql/`, ready to send: its numbered text and the values for it. */
export interface Query<Params, Row> {
  /** The name of the prepared statement; PostgreSQL keeps at most 63 bytes of it. */
  readonly name: string;
  /** The name that metrics show, where a statement of one day has one of its own. */
  readonly shownName?: string;
  readonly text: string;
  /** One value for each number in the text, in order. */
  readonly values: (params: Params) => unknown[];
  /** The lane of the delta that the statement appends; undefined if it appends none. */
  readonly appendsIn?: ((params: Params) => number | undefined) | undefined;
  /**
   * The same statement on the partitions of one day by their names, if all its rows are of that day:
   * today or the day before, as far as this process has seen ids.
   */
  readonly ofDay?: ((params: Params) => Query<Params, Row> | undefined) | undefined;
  /** The lanes of all rows that it reads or writes, if it says them: of one shard, one machine runs it. */
  readonly lanesOf?: ((params: Params) => Iterable<number>) | undefined;
  /** Statements without values that run first, in its transaction. */
  readonly before?: readonly { readonly name: string; readonly text: string }[] | undefined;
  /** The text for a Citus cluster, if it is not `text`. */
  readonly citusText?: string | undefined;
  /** How it runs on a Citus cluster, if its rows are independent of each other: once for each lane. */
  readonly laneByLane?: LaneByLane<Params, Row> | undefined;
  /** Carries the type of a row; never set. */
  readonly row?: Row;
}

/** A statement that runs once for each lane. */
interface LaneByLane<Params, Row> {
  readonly name: string;
  readonly text: string;
  /** The values of each run. */
  readonly runs: (params: Params) => readonly (readonly unknown[])[];
  /** Makes the rows of the runs those that the whole statement would return. */
  merge(runs: readonly Row[][], params: Params): Row[];
}

/** The parameters of a statement by the names that its text uses. */
export type Parameters<Params> = Readonly<Record<string, Parameter<Params> | Rows<Params>>>;

/** What a statement has that few have. */
interface Traits<Params, Row> {
  /**
   * All its rows are of the lane `$lane`. Citus finds one shard only where a condition compares with the
   * parameter itself; PostgreSQL, for which that reads a whole lane, is told of the lane that was read.
   */
  readonly oneLane?: true;
  /**
   * Citus refuses a subquery that has a limit and looks in the shards of several lanes, so there the
   * statement runs for one lane after the other. `true` if what they return together is in no order;
   * otherwise what puts it in order, and cuts it off.
   */
  readonly laneByLane?: true | LaneByLane<Params, Row>['merge'];
  readonly appendsIn?: (params: Params) => number | undefined;
  /** The lanes of all rows of distributed tables that it reads or writes (`ShardsOfCluster`). */
  readonly lanesOf?: (params: Params) => Iterable<number>;
  /**
   * The day of all rows that it changes, in days since 1970; undefined if they are of several. The text
   * marks the tables whose partition it may name: `update invocation@day i`.
   */
  readonly dayOf?: (params: Params) => number | undefined;
}

const MARKED = /\b([a-z_]+)@day\b/g;

/** As many days have statements of their own: today, and the day before for what it left. */
const DAYS = 2;

/**
 * Declares a statement. The text names its parameters, and this numbers them in the order of the
 * list: `$lane` becomes `$1::smallint`, and `$leases as l` becomes
 * `unnest($2::smallint[], $3::uuid[]) as l (lane, id)`, and `$leases.id` the array itself. It runs once
 * per statement, when the module loads, so a call costs only its values.
 *
 * @throws Error for a name that the list does not have, or that the text does not use.
 */
export function query<Params, Row>(
  name: string,
  parameters: Parameters<Params>,
  text: string,
  { appendsIn, dayOf, laneByLane, lanesOf, oneLane }: Traits<Params, Row> = {},
): Query<Params, Row> {
  const encoders: ((params: Params) => unknown)[] = [];
  const placeholder = ({ type, value }: Parameter<Params>) => `$${encoders.push(value)}::${type}`;
  /** What replaces each name, by its alias if it has one. */
  const texts = new Map<string, (alias: string | undefined) => string>();
  const arrayOf = new Map<string, string>();
  for (const [key, parameter] of Object.entries(parameters)) {
    if ('columns' in parameter) {
      const placeholders = parameter.columns.map(placeholder);
      parameter.columns.forEach((column, index) => {
        arrayOf.set(`${key}.${column.name}`, placeholders[index] as string);
      });
      const arrays = placeholders.join(', ');
      const columns = parameter.columns.map((column) => column.name).join(', ');
      texts.set(key, (alias) => {
        if (alias === undefined) throw new Error(`${name}: $${key} are rows: write "$${key} as x"`);
        return `unnest(${arrays}) as ${alias} (${columns})`;
      });
    } else {
      const one = placeholder(parameter);
      texts.set(key, (alias) => (alias === undefined ? one : `${one} as ${alias}`));
    }
  }
  const unused = new Set(texts.keys());
  const numbered = text.replace(
    /\$([a-z]\w*(?:\.\w+)?)(?: as (\w+))?/g,
    (mention, key: string, alias: string | undefined) => {
      const array = arrayOf.get(key);
      if (array !== undefined) return mention.replace(`$${key}`, () => array);
      const textOf = texts.get(key);
      if (textOf === undefined) throw new Error(`${name}: no parameter is called $${key}`);
      unused.delete(key);
      return textOf(alias);
    },
  );
  if (unused.size > 0) throw new Error(`${name}: the text has no $${[...unused].join(', $')}`);
  const values = (params: Params) => encoders.map((encode) => encode(params));
  const ofAllDays = numbered.replace(MARKED, '$1');
  const whole = {
    name,
    text: ofAllDays,
    values,
    appendsIn,
    ...(lanesOf && { lanesOf }),
    ...(oneLane && {
      citusText: ofAllDays.replaceAll(OTHER_LANE, `lane = ${texts.get('lane')?.(undefined)}`),
    }),
    ...(laneByLane !== undefined && {
      laneByLane: {
        name: `${name}-lanes`,
        ...ofEachLane(parameters, ofAllDays),
        merge: laneByLane === true ? (runs: readonly Row[][]) => runs.flat() : laneByLane,
      },
    }),
  };
  if (dayOf === undefined) return whole;
  const ofDays = new Map<number, Query<Params, Row>>();
  return {
    ...whole,
    ofDay(params) {
      const day = dayOf(params);
      if (day === undefined) return undefined;
      const known = ofDays.get(day);
      if (known !== undefined) return known;
      const newest = Math.max(...ofDays.keys());
      if (day <= newest - DAYS) return undefined;
      for (const old of ofDays.keys()) if (old <= day - DAYS) ofDays.delete(old);
      const digits = dayName(day);
      const made = {
        ...whole,
        name: `${name}-${digits}`,
        shownName: name,
        text: numbered.replace(MARKED, `$1_${digits}`),
      };
      ofDays.set(day, made);
      return made;
    },
  };
}

/** How the name of the partition of a day ends, as `keepPartitions` names it. */
function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

const OTHER_LANE = /\blane = \w+\.lane\b(?:::smallint)?/g;
const ALL_LANES = /\bgenerate_series\(0, \d+\) as (\w+) \(lane\)/;

/**
 * A statement whose rows have a lane, or that goes through all lanes, for one lane. The lane is a parameter
 * of its own, so that Citus knows the shard.
 */
function ofEachLane<Params>(
  parameters: Parameters<Params>,
  text: string,
): Pick<LaneByLane<Params, never>, 'text' | 'runs'> {
  const all = Object.values(parameters);
  const valuesOf = (one: Parameter<Params> | Rows<Params>, params: Params) =>
    'columns' in one ? one.columns.map(({ value }) => value(params)) : [one.value(params)];
  const withLane = all.find((one) => 'columns' in one && one.byLane !== undefined) as
    | Rows<Params>
    | undefined;
  const count = all.reduce((sum, one) => sum + ('columns' in one ? one.columns.length : 1), 1);
  const lane = `$${count}::smallint`;
  return {
    text: text
      .replace(ALL_LANES, (_series, alias: string) => `(select ${lane} as lane) as ${alias}`)
      .replaceAll(OTHER_LANE, `lane = ${lane}`),
    runs(params) {
      if (withLane === undefined) {
        const values = all.flatMap((one) => valuesOf(one, params));
        return Array.from({ length: LANES }, (_, one) => [...values, one]);
      }
      return (withLane.byLane?.(params) ?? []).map((rows) => [
        ...all.flatMap((one) => (one === withLane ? rows.values : valuesOf(one, params))),
        rows.lane,
      ]);
    },
  };
}
