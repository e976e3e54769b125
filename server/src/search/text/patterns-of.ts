import type { TextPatterns } from '../../sql/parts/text-match.ts';
import type { Phrase } from '../../words/phrase.ts';
import type { TextQuery } from './text-query.ts';

/** The text has it all: matches everything. */
const ANYTHING = ['%'];

/**
 * What the database looks for, so that it returns little that does not match: the pieces of terms that
 * are one phrase, and one piece of each phrase of the first term with several.
 */
export function patternsOf({ terms }: TextQuery): TextPatterns {
  const all = terms.flatMap((phrases) =>
    phrases.length === 1 ? (phrases[0] as Phrase).pieces.map(contains) : [],
  );
  const several = terms.find((phrases) => phrases.length > 1);
  const any = several?.map(({ pieces }) => contains(longest(pieces)));
  return { all: [...new Set(all)], any: any ?? ANYTHING };
}

/** Pieces are letters and digits, and need no escape. */
const contains = (piece: string): string => `%${piece}%`;

const longest = (pieces: readonly string[]): string =>
  pieces.reduce((one, other) => (other.length > one.length ? other : one), '');
