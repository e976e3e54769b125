import type { QueryField } from './fields.ts';
import { fieldOf, findField, NAMED_FIELDS, TEXT_FIELD } from './find-field.ts';
import { fold } from './fold.ts';
import { quote } from './quote.ts';
import { refuseAt } from './refuse-at.ts';
import { type Piece, type Scanned, scan } from './scan.ts';

/** What may stand at the cursor. */
export interface QueryCompletion {
  /** Where the text to replace begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** A field or a word, a value of `field`, or nothing that is known. */
  readonly expected: 'field' | 'value' | 'nothing';
  /** The field whose value is expected: its `kind` says which names to offer. */
  readonly field?: QueryField;
  /** What to put there: fields with their colon, or values of a closed list in quotes if needed. */
  readonly options: readonly QueryOption[];
}

/** One thing to put there. */
export interface QueryOption {
  /** The text to insert. */
  readonly text: string;
  /** What it means. */
  readonly meaning: string;
}

/** Names of yours that may be offered, by field: `{ webhook: ['Orders, EU'] }`. */
export type QueryNames = {
  readonly [Field in QueryField['field']]?: readonly string[] | undefined;
};

/** Longer lists do not help anybody. */
const MOST_NAMES = 100;

/** The names with that beginning, and then those that contain it. */
function namesWith(typed: string, names: readonly string[]): string[] {
  const places = names.map((name) => [name, fold(name).indexOf(fold(typed))] as const);
  const inside = places.filter(([, place]) => place > 0);
  return [...places.filter(([, place]) => place === 0), ...inside]
    .slice(0, MOST_NAMES)
    .map(([name]) => name);
}

const piecesOf = ({ name, values }: Scanned): Piece[] => [...(name ? [name] : []), ...values];

/** The field of a term; undefined while there is none, or an unknown one. */
function fieldBefore({ name, values }: Scanned): QueryField | undefined {
  if (!name) return TEXT_FIELD;
  try {
    const { row } = findField(name.text, refuseAt({}));
    return row.kind === 'moment' && values.length > 1 ? undefined : row;
  } catch {
    return undefined;
  }
}

/**
 * Says what may stand at the cursor of an unfinished query, and which text it replaces.
 *
 * @param text - The query so far.
 * @param at - The cursor.
 * @param names - Names to offer where a field takes any: at most 100 that fit.
 */
export function completeQuery(text: string, at: number, names: QueryNames = {}): QueryCompletion {
  const cursor = Math.max(0, Math.min(at, text.length));
  const term = scan(text.slice(0, cursor)).at(-1);
  const piece = term?.values.at(-1);
  // A space follows the last term: another one begins here.
  const current = term && piece && piece.end === cursor ? { term, piece } : undefined;
  const {
    start,
    text: typed,
    quoted,
  } = current?.piece ?? { start: cursor, text: '', quoted: false };
  const whole = scan(text)
    .flatMap(piecesOf)
    .find((one) => one.start === start);
  // Without a closing quote the rest of the text seems to belong to it.
  const end = current && whole && !whole.fault ? Math.max(whole.end, cursor) : cursor;
  if (!current || (!current.term.name && !quoted && current.term.values.length === 1)) {
    const options = NAMED_FIELDS.map(({ name, meaning }) => ({ text: `${name}:`, meaning }));
    const header = fieldOf('header');
    if (header) options.push({ text: 'header.', meaning: header.meaning });
    return {
      start,
      end: text[end] === ':' ? end + 1 : end,
      expected: 'field',
      options: options.filter((option) => option.text.startsWith(typed.toLowerCase())),
    };
  }
  const field = fieldBefore(current.term);
  if (!field) return { start, end, expected: 'nothing', options: [] };
  const options = [
    ...Object.entries(field.values ?? {}).filter(([value]) => fold(value).startsWith(fold(typed))),
    ...namesWith(typed, names[field.field] ?? []).map((name) => [name, field.meaning] as const),
  ].map(([value, meaning]) => ({ text: quote(value, 'value'), meaning }));
  return { start, end, expected: 'value', field, options };
}
