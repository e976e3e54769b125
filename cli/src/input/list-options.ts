import type { Command } from 'commander';
import { wholeNumber } from './whole-number.ts';

/** How much of a list is printed. */
export interface ListOptions {
  readonly limit: number;
  readonly all?: boolean;
}

/** What fits on a screen or two. */
const DEFAULT_LIMIT = 50;

/** Adds the options of a command that lists. */
export const listOptions = (command: Command): Command =>
  command
    .option('-n, --limit <number>', 'print at most this many', wholeNumber(1), DEFAULT_LIMIT)
    .option('--all', 'print all, however many there are');
