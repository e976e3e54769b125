import type { Command } from 'commander';
import type { ExitCode } from '../failures/exit-codes.ts';
import type { Context } from './context.ts';

/** What a command does: it gets its arguments and, last, its options. It ends with 0 unless it says so. */
export type Handler = (
  context: Context,
  ...args: never[]
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that only prints returns nothing
) => Promise<ExitCode | undefined | void>;

/** Turns a handler into an action of commander. */
export type Act = (handler: Handler) => (...args: unknown[]) => Promise<void>;

/** Adds a command, with its options and its handler, to the program or to a group. */
export type AddCommand = (parent: Command, act: Act) => void;
