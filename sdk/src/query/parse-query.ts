import { findField, TEXT_FIELD } from './find-field.ts';
import { isTooLong } from './is-too-long.ts';
import { KINDS, type Refuse } from './kinds.ts';
import { MAX_QUERY_LENGTH, MAX_QUERY_TERMS, MAX_TERM_VALUES } from './limits.ts';
import type { Query, QueryTerm } from './query.ts';
import { refuseAt } from './refuse-at.ts';
import { type Piece, type Scanned, scan } from './scan.ts';
import { isStorable } from './storable.ts';

const at = ({ start, end }: Pick<Piece, 'start' | 'end'>): Refuse =>
  refuseAt({ position: { start, end } });

/** A piece without a fault. */
function sound(piece: Piece): Piece {
  if (piece.fault !== undefined) at(piece)(piece.fault);
  if (!isStorable(piece.text)) {
    at(piece)('U+0000 and half of a surrogate pair occur in no stored text');
  }
  return piece;
}

function parseTerm({ start, not, name, values }: Scanned): QueryTerm {
  // A missing name has no length: its colon is marked.
  const found =
    name && findField(sound(name).text, at(name.text ? name : { start, end: name.end + 1 }));
  const row = found?.row ?? TEXT_FIELD;
  const { kind, field, values: closed } = row;
  const single = kind === 'moment';
  const more = values[single ? 1 : MAX_TERM_VALUES];
  if (more) {
    at(more)(`${field} takes ${single ? 'one value' : `at most ${MAX_TERM_VALUES} values`}`);
  }
  return {
    field,
    ...found?.more,
    values: values.map((piece) => {
      const { text, quoted } = sound(piece);
      // A missing value has no length: what is before it is marked.
      const refuse = at({ start: text || quoted ? piece.start : start, end: piece.end });
      if (!text && !(quoted && found && kind === 'text')) {
        refuse('a value is missing', closed && Object.keys(closed));
      }
      if (!found && !quoted && (text.includes(':') || text.startsWith('-'))) {
        refuse('a word with a colon, or with "-" at its beginning, must be in quotes');
      }
      return KINDS[kind].parse(text, refuse, row);
    }),
    ...(not && { not }),
  } as QueryTerm;
}

/**
 * Parses the text of a query: terms with spaces between them, all of which must match. An empty
 * text is a query that everything matches.
 *
 * @throws {QuerySyntaxError} with the position, if it is not valid.
 */
export function parseQuery(text: string): Query {
  const whole = { start: 0, end: text.length };
  const long = (what: string) => `${what} must have at most ${MAX_QUERY_LENGTH} characters`;
  if (text.length > MAX_QUERY_LENGTH) at(whole)(long('a query'));
  const terms = scan(text);
  const more = terms[MAX_QUERY_TERMS];
  if (more) {
    at({ start: more.start, end: text.length })(
      `a query must have at most ${MAX_QUERY_TERMS} terms`,
    );
  }
  const query = terms.map(parseTerm);
  // `took:1.5s` becomes `took:1500ms`, and the result must be parsed again.
  if (isTooLong(query)) at(whole)(long('its canonical form'));
  return query;
}
