import type { Command } from 'commander';
import { type QueryOptions, queryOptions } from '../input/invocation-query.ts';
import { share } from '../input/share.ts';
import { wholeNumber } from '../input/whole-number.ts';

/** How invocations are sent again: one by its id, or those of a query by a job. */
export interface SendOptions extends QueryOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait: boolean;
  readonly rate?: number;
  readonly max?: number;
  readonly order?: 'oldest' | 'newest';
  readonly canary?: readonly [count: number, share: number];
  readonly stopOn?: readonly [count: number, share: number];
  readonly to?: string;
  readonly includeSucceeded?: boolean;
  readonly reason?: string;
}

/** Adds what a replay and a resend have in common. */
export const sendOptions = (command: Command): Command =>
  queryOptions(
    command
      .option('--rate <number>', 'attempts a second of each webhook', wholeNumber(1))
      .option('--max <number>', 'select no more than this', wholeNumber(1))
      .option('--order <order>', 'of each webhook: oldest or newest first')
      .option(
        '--canary <count:share>',
        'send 20 first, and stop below 90 % successes: 20:0.9',
        share,
      )
      .option('--stop-on <count:share>', 'stop once half of the last 100 failed: 100:0.5', share)
      .option('--to <id-or-name>', 'send to this webhook instead')
      .option('--include-succeeded', 'send also what was delivered')
      .option('--reason <text>', 'why, for people and the audit')
      .option('--all', 'select everything: needed when no term is given'),
  );
