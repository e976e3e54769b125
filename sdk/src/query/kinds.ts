import type { QueryField, QueryValueKind } from './fields.ts';
import { fold } from './fold.ts';
import { isRelative, readTime, resolveTime, spanOf } from './times.ts';

/** Refuses what is being read: the rule, what is known, and which of it was probably meant. */
export type Refuse = (problem: string, known?: readonly string[], given?: string) => never;

type One = number | string;
type Compared = Readonly<Record<string, One>>;

/** How the values of a field are read and written. */
export interface Kind {
  /** Reads the text of one value. */
  parse(text: string, refuse: Refuse, field: QueryField): unknown;
  /** Reads one value of the JSON form. */
  read(value: unknown, refuse: Refuse, field: QueryField): unknown;
  /** The text of a value, not quoted yet. */
  print(value: unknown): string;
}

/** The rule is shown by the examples of the field, so that each is written once. */
const wrong = (what: string, refuse: Refuse, { examples }: QueryField) =>
  refuse(`must be ${what}, as in ${examples.join(' ')}`);

/** A kind whose JSON form is its text. */
function textual(parse: Kind['parse']): Kind {
  return {
    parse,
    read: (value, refuse, field) =>
      typeof value === 'string' ? parse(value, refuse, field) : refuse('must be a string'),
    print: String,
  };
}

/** What can be compared: numbers and times. */
interface Measure {
  /** What a value is, for errors. */
  readonly what: string;
  /** What joins the ends of a range, beside `..`. */
  readonly dash: string;
  /** The unit of a number in the JSON form; undefined where numbers mean nothing. */
  readonly unit?: string;
  /** Undefined when the text is no value. */
  read(text: string): One | undefined;
  /** The same without a comparison, where that takes something else. */
  readonly exact?: (text: string) => One | undefined;
  /** The text of a value. */
  readonly print?: (value: number) => string;
  /** Whether nothing is between the one and the other. */
  readonly reversed?: (from: string, to: string) => boolean;
}

const SIGNS = [
  ['>=', 'gte'],
  ['<=', 'lte'],
  ['>', 'gt'],
  ['<', 'lt'],
] as const;

/** A kind whose values may be compared. */
function comparable(measure: Measure): Kind {
  const { what, dash, unit, read, exact = read, reversed } = measure;
  const print = (measure.print ?? String) as (value: One) => string;
  const one = (text: string, refuse: Refuse, field: QueryField, reader = read) =>
    reader(text) ?? wrong(what, refuse, field);
  const range = (gte: One, lte: One, refuse: Refuse) =>
    (reversed ? reversed(String(gte), String(lte)) : gte > lte)
      ? refuse('must be a range that does not end before it begins')
      : { gte, lte };

  const parse: Kind['parse'] = (text, refuse, field) => {
    const [sign, key] = SIGNS.find(([prefix]) => text.startsWith(prefix)) ?? [];
    if (key) return { [key]: one(text.slice(sign.length), refuse, field) };
    const joint = text.includes('..') ? '..' : dash;
    const at = text.indexOf(joint);
    if (at < 0) return one(text, refuse, field, exact);
    const end = one(text.slice(at + joint.length), refuse, field);
    return range(one(text.slice(0, at), refuse, field), end, refuse);
  };

  return {
    parse,
    read(value, refuse, field) {
      /** A value of the JSON form as its text. */
      const textOf = (given: unknown): string => {
        if (typeof given === 'number' && unit !== undefined) return given + unit;
        return typeof given === 'string' ? given : wrong(what, refuse, field);
      };
      if (typeof value !== 'object' || value === null) return parse(textOf(value), refuse, field);
      const ends = value as Readonly<Record<string, unknown>>;
      const keys = Object.keys(ends).sort().join();
      const end = (key: string) => one(textOf(ends[key]), refuse, field);
      if (keys === 'gte,lte') return range(end('gte'), end('lte'), refuse);
      return SIGNS.some(([, key]) => key === keys)
        ? { [keys]: end(keys) }
        : refuse('must have one of "gt", "gte", "lt" and "lte", or "gte" with "lte"');
    },
    print(value) {
      if (typeof value !== 'object') return print(value as One);
      const compared = value as Compared;
      const { gte, lte } = compared;
      if (gte !== undefined && lte !== undefined) return print(gte) + dash + print(lte);
      return `${SIGNS.find(([, key]) => key in compared)?.[0]}${Object.values(compared).map(print)}`;
    },
  };
}

const readCode = (text: string) => (/^[1-9]\d\d$/.test(text) ? Number(text) : undefined);

const DURATION_UNITS = [
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** PostgreSQL's `integer`, in which durations are stored. */
const LONGEST_MS = 2 ** 31 - 1;

/** Later than any time that is compared, so that no relative time is before 1970. */
const COMPARED_AT_MS = 8e15;

/** Of an event type. */
const MOST_CHARACTERS = 255;

/** Each one multiplies the places at which a database tries to match the rest. */
const MOST_STARS = 3;

const ulid = (of: string) =>
  textual((text, refuse, field) =>
    /^[0-7][\dA-HJKMNP-TV-Z]{25}$/i.test(text)
      ? text.toUpperCase()
      : wrong(`the id of ${of}`, refuse, field),
  );

const name = textual((text, refuse) => text || refuse('must not be empty'));

/** By the kind of a field. */
export const KINDS: Readonly<Record<QueryValueKind, Kind>> = {
  closed: textual((text, refuse, { field, values = {} }) => {
    const known = Object.keys(values);
    const folded = fold(text);
    return (
      known.find((one) => fold(one) === folded) ??
      refuse(`unknown ${field} "${text.slice(0, 40)}"`, known, folded)
    );
  }),

  code: comparable({
    what: 'a status code',
    dash: '-',
    unit: '',
    read: readCode,
    exact: (text) => (/^[1-9]xx$/i.test(text) ? text.toLowerCase() : readCode(text)),
  }),

  count: comparable({
    what: 'a number of at most 9 digits',
    dash: '-',
    unit: '',
    read: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  }),

  duration: comparable({
    what: 'a duration in whole milliseconds, at most 24 days',
    dash: '-',
    unit: 'ms',
    read(text) {
      const [, digits, letters] = /^(\d{1,10}(?:\.\d{1,9})?)(ms|s|m)$/.exec(text) ?? [];
      const exact = Number(digits) * (DURATION_UNITS.find(([unit]) => unit === letters)?.[1] ?? 0);
      const ms = Math.round(exact);
      // 1.001 s is 1000.9999999999999 ms.
      return Math.abs(exact - ms) < 1e-6 && ms <= LONGEST_MS ? ms : undefined;
    },
    print(ms) {
      const [unit, size] = DURATION_UNITS.find(([, each]) => ms && ms % each === 0) ?? ['ms', 1];
      return ms / size + unit;
    },
  }),

  invocation: ulid('an invocation'),

  job: ulid('a job'),

  moment: textual((text, refuse, field) => readTime(text) ?? wrong('a time', refuse, field)),

  origin: name,

  text: textual((text) => text),

  time: comparable({
    what: 'a time from 1970 on, and a relative one compared',
    dash: '..',
    read: readTime,
    // "Created exactly two hours ago" is always a mistake.
    exact: (text) => (isRelative(text) ? undefined : readTime(text)),
    reversed(from, to) {
      if (isRelative(from) !== isRelative(to)) return false;
      const [fromMs] = spanOf(resolveTime(from, COMPARED_AT_MS));
      return fromMs >= spanOf(resolveTime(to, COMPARED_AT_MS))[1];
    },
  }),

  type: textual((text, refuse) => {
    if (text.length === 0 || text.length > MOST_CHARACTERS) {
      return refuse(`must have 1 to ${MOST_CHARACTERS} characters`);
    }
    return text.split('*').length > MOST_STARS + 1
      ? refuse(`must have at most ${MOST_STARS} "*"`)
      : text;
  }),

  webhook: name,
};
