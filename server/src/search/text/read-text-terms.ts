import type { Query, QueryTerm } from '@hooktrail/sdk/query';
import { keyTermsOf } from '../../query/key-terms.ts';
import { UnservedField } from '../../query/unserved-field.ts';
import { ANY_ACCOUNT } from '../../words/add-words.ts';
import { type Phrase, phraseOf } from '../../words/phrase.ts';
import { wordKeys } from '../../words/word-keys.ts';
import type { TextQuery } from './text-query.ts';

/** Each word is one read of each filter, and each phrase one look at each text. */
const MOST_WORDS = 32;
const MOST_PHRASES = 32;

type TextTerm = Extract<QueryTerm, { readonly field: 'text' }>;

/**
 * The words and phrases of a query. With a term about a key, there need be none.
 *
 * @throws UnservedField when there is none to look for, or there are too many.
 */
export function readTextTerms(query: Query): TextQuery {
  const given = query.filter((term): term is TextTerm => term.field === 'text');
  const phrases = (values: readonly string[]) => values.map(readPhrase);
  const terms = given.filter(({ not }) => not !== true).map(({ values }) => phrases(values));
  const excluded = given.filter(({ not }) => not === true).flatMap(({ values }) => phrases(values));
  if (terms.length === 0 && keyTermsOf(query).length === 0) {
    throw new UnservedField(
      'text',
      'search needs a word or a "phrase" that is not excluded, or the value of a key; GET /v1/invocations and GET /v1/events serve queries without',
    );
  }
  const count = terms.flat().length + excluded.length;
  if (count > MOST_PHRASES) refuse(`at most ${MOST_PHRASES} words and phrases, got ${count}`);
  const words = terms.flat().reduce((sum, phrase) => sum + wordKeys(phrase, ANY_ACCOUNT).length, 0);
  if (words > MOST_WORDS) refuse(`at most ${MOST_WORDS} words in all, got ${words}`);
  return { terms, excluded };
}

function readPhrase(text: string): Phrase {
  return (
    phraseOf(text) ??
    refuse(`words and phrases with a letter or a digit, got "${text.slice(0, 40)}"`)
  );
}

function refuse(rule: string): never {
  throw new UnservedField('text', `search takes ${rule}`);
}
