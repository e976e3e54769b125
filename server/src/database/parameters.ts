import { uuidFromId } from '../model/ids.ts';
import {
  boolArray,
  bytesArray,
  idArray,
  int2Array,
  int4Array,
  int8Array,
  textArray,
  timeArray,
  timeUsArray,
} from './binary-arrays.ts';

/** One value of a statement: its SQL type, and how to take it from the statement's `Params`. */
export interface Parameter<Params> {
  readonly type: string;
  readonly value: (params: Params) => unknown;
}

/** A parameter whose type also has a binary array, so it can be a column of `rows`. */
export interface Column<Row> extends Parameter<Row> {
  readonly values: (rows: readonly Row[]) => Buffer;
}

/** Rows sent as one array per column. The text names them with an alias: `from $leases as l`. */
export interface Rows<Params> {
  readonly columns: readonly (Parameter<Params> & { readonly name: string })[];
  /** The rows of each lane, if they have a column `lane`: a value for each column. */
  readonly byLane: ((params: Params) => readonly RowsOfLane[]) | undefined;
}

interface RowsOfLane {
  readonly lane: number;
  readonly values: readonly unknown[];
}

type Get<Params, Value> = (params: Params) => Value | null;

/** Declares a type for single values; the driver serialises what `encode` returns. */
export function scalar<Value>(
  type: string,
  encode: (value: Value) => unknown = (value) => value,
): <Params>(get: Get<Params, Value>) => Parameter<Params> {
  return (get) => ({ type, value: encoded(get, encode) });
}

function column<Value>(
  type: string,
  array: (values: readonly (Value | null)[]) => Buffer,
  encode: (value: Value) => unknown = (value) => value,
): <Params>(get: Get<Params, Value>) => Column<Params> {
  return (get) => ({
    type,
    value: encoded(get, encode),
    values: (rows) => array(rows.map(get)),
  });
}

function encoded<Params, Value>(get: Get<Params, Value>, encode: (value: Value) => unknown) {
  return (params: Params): unknown => {
    const value = get(params);
    return value === null ? null : encode(value);
  };
}

export const smallint = column('smallint', int2Array);
export const integer = column('integer', int4Array);
/** Safe integers only. */
export const bigint = column('bigint', int8Array);
export const boolean = column('boolean', boolArray);
/** Ids, which PostgreSQL stores as uuid. */
export const uuid = column('uuid', idArray, uuidFromId);
/** Must not contain U+0000, which PostgreSQL cannot store. */
export const text = column('text', textArray);
export const bytea = column<Uint8Array>('bytea', bytesArray);
/** Milliseconds since 1970, stored as a time. */
export const timestamptzMs = column('timestamptz', timeArray, (timeMs: number) => new Date(timeMs));
/** Microseconds since 1970, stored as a time. */
export const timestamptzUs = column('timestamptz', timeUsArray, timeTextUs);
/** A `Date`, or a text such as 'infinity' or an ISO time with microseconds. */
export const timestamptz = scalar<Date | string>('timestamptz');
/** An array that is one value. */
export const bigints = scalar<readonly number[]>('bigint[]');
export const texts = scalar<readonly string[]>('text[]');
export const float8 = scalar<number>('float8');
export const json = scalar<unknown>('json', (value) => JSON.stringify(value));

/** The text of a time, to the microsecond. */
function timeTextUs(timeUs: number): string {
  const ms = Math.floor(timeUs / 1000);
  const rest = String(timeUs - ms * 1000).padStart(3, '0');
  return new Date(ms).toISOString().replace('Z', `${rest}Z`);
}

/** Sends rows as one binary array per column; the text reads them as a table. */
export function rows<Params, Row>(
  from: (params: Params) => readonly Row[],
  columns: Readonly<Record<string, Column<Row>>>,
): Rows<Params> {
  const all = Object.values(columns);
  const laneOf = columns['lane'];
  return {
    byLane:
      laneOf &&
      ((params) => {
        const lanes = new Map<number, Row[]>();
        for (const row of from(params)) {
          const lane = laneOf.value(row) as number;
          const others = lanes.get(lane);
          if (others === undefined) lanes.set(lane, [row]);
          else others.push(row);
        }
        return [...lanes].map(([lane, own]) => ({
          lane,
          values: all.map(({ values }) => values(own)),
        }));
      }),
    columns: Object.entries(columns).map(([name, { type, values }]) => ({
      name,
      type: `${type}[]`,
      value: (params: Params) => values(from(params)),
    })),
  };
}
