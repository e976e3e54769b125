import { addWords } from './add-words.ts';
import type { Phrase } from './phrase.ts';

/** The keys of the words of a phrase, as texts of an owner have them. */
export function wordKeys({ text }: Phrase, ownerId: number): readonly number[] {
  const keys = new Set<number>();
  addWords(keys, text, ownerId);
  return [...keys];
}
