import type { Command } from 'commander';
import { completeWords } from './complete-words.ts';
import { ownNames } from './own-names.ts';

/** Prints the candidates for the last word, for the scripts of shells. It never fails. */
export async function printCandidates(program: Command, words: readonly string[]): Promise<void> {
  const flag = (name: string): string | undefined => {
    const at = words.indexOf(name);
    return at < 0 ? undefined : words[at + 1];
  };
  const flags = { url: flag('--url'), token: flag('--token'), profile: flag('--profile') };
  const found = await completeWords(program, words, ownNames(process.env, flags)).catch(() => []);
  for (const { value, about } of found) process.stdout.write(`${value}\t${about}\n`);
}
