import type { AttemptPlace } from '../../words/attempt-texts.ts';
import { findPhrase } from '../../words/find-phrase.ts';
import type { Phrase } from '../../words/phrase.ts';
import { readingsOf } from '../../words/readings-of.ts';
import { snippetOf } from './snippet-of.ts';
import type { TextQuery } from './text-query.ts';

/** Where a text stands. */
export type TextPlace = AttemptPlace | 'event body';

/** A phrase that was found. */
export interface TextMatch {
  readonly in: TextPlace;
  readonly text: string;
}

/** Of one event or attempt; a query may have more phrases. */
const MOST_MATCHES = 4;

/** Matches the texts of one event, or of one attempt; undefined if they are not what is looked for. */
export function matchTexts(
  texts: readonly (readonly [place: TextPlace, text: string])[],
  { terms, excluded }: TextQuery,
): TextMatch[] | undefined {
  const read = texts.map(([place, text]) => [place, readingsOf(text)] as const);
  if (excluded.some((phrase) => firstOf(read, phrase) !== undefined)) return undefined;
  const matches: TextMatch[] = [];
  for (const phrases of terms) {
    const found = phrases.flatMap((phrase) => firstOf(read, phrase) ?? []);
    if (found.length === 0) return undefined;
    matches.push(...found);
  }
  return matches.slice(0, MOST_MATCHES);
}

function firstOf(
  texts: readonly (readonly [TextPlace, readonly string[]])[],
  phrase: Phrase,
): TextMatch | undefined {
  for (const [place, readings] of texts) {
    // The decoded one, the last, is what people see.
    for (const reading of readings.toReversed()) {
      const found = findPhrase(reading, phrase);
      if (found !== undefined) return { in: place, text: snippetOf(reading, found) };
    }
  }
  return undefined;
}
