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
  /** Carries the type of a row; never set. */
  readonly row?: Row;
}

/** The parameters of a statement by the names that its text uses. */
export type Parameters<Params> = Readonly<Record<string, Parameter<Params> | Rows<Params>>>;

/** What a statement has that few have. */
interface Traits<Params> {
  readonly appendsIn?: (params: Params) => number | undefined;
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
  { appendsIn, dayOf }: Traits<Params> = {},
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
  const whole = { name, text: numbered.replace(MARKED, '$1'), values, appendsIn };
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
