import type { AlertRulePatch } from '@hooktrail/sdk/hooktrail';
import { InvalidArgumentError } from 'commander';
import { usageFailure } from '../../failures/usage-failure.ts';
import { duration } from '../../input/duration.ts';
import { type GivenQuietHours, quietHours } from '../../input/quiet-hours.ts';
import { wholeNumber } from '../../input/whole-number.ts';
import type { AddCommand } from '../../session/act.ts';
import { alertRuleView } from '../../views/alert-rule-view.ts';

interface Options {
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly severity?: AlertRulePatch['severity'];
  readonly threshold?: number;
  readonly minimum?: number;
  readonly window?: number;
  readonly hold?: number;
  readonly resolve?: number;
  readonly quietHours?: GivenQuietHours | 'none';
  readonly quietForCritical?: boolean;
  readonly default?: boolean;
}

const ALL_DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Adds what lists and changes rules. */
export const addRules: AddCommand = (group, act) => {
  const rules = group
    .command('rules')
    .description('The rules: what counts as bad, for how long, and when it is quiet.');

  rules
    .command('list', { isDefault: true })
    .description('Lists the rules, one of each kind; so does `hooktrail alerts rules` alone.')
    .action(
      act(async (context) => {
        const hooktrail = await context.hooktrail();
        const list = await hooktrail.alertRules.list({ signal: context.signal });
        await context.printer.list(list, alertRuleView);
      }),
    );

  rules
    .command('set')
    .description('Changes what options name of a rule, and prints the rule.')
    .argument('<kind>', 'such as failing')
    .option('--enable', 'the rule opens alerts')
    .option('--disable', 'it opens none')
    .option('--severity <severity>', 'warning or critical')
    .option(
      '--threshold <number>',
      'in the unit of the kind: a share from 0 to 1, seconds, days, or how many',
      number,
    )
    .option('--minimum <number>', 'how many invocations a share needs', wholeNumber(1))
    .option('--window <time>', 'over which it counts, such as 15m', duration)
    .option('--hold <time>', 'for how long it must be bad before an alert opens', duration)
    .option('--resolve <time>', 'for how long it must be good before one resolves', duration)
    .option(
      '--quiet-hours <hours>',
      'notices wait until they end, such as "22:00-07:00 Europe/Berlin sat,sun"; "none" removes them',
      quietHours,
    )
    .option('--quiet-for-critical', 'with --quiet-hours: also for critical alerts')
    .option('--default', 'sets everything back to the default')
    .action(
      act(async (context, kind: string, options: Options) => {
        const patch = patchOf(options);
        if (Object.keys(patch).length === 0) throw usageFailure('there is nothing to change');
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        await context.printer.one(
          await hooktrail.alertRules.update(kind, patch, { signal }),
          alertRuleView,
        );
      }),
    );
};

const ALL_DEFAULT: AlertRulePatch = {
  enabled: null,
  severity: null,
  threshold: null,
  minimum: null,
  windowSeconds: null,
  holdSeconds: null,
  resolveSeconds: null,
  quietHours: null,
};

/** @throws CommandFailure for options that contradict each other */
function patchOf(options: Options): AlertRulePatch {
  const { disable, enable, hold, minimum, quietForCritical, resolve, severity, threshold, window } =
    options;
  const others = Object.keys(options).filter((name) => name !== 'default');
  if (options.default === true) {
    if (others.length > 0) throw usageFailure('--default stands alone');
    return ALL_DEFAULT;
  }
  if (enable === true && disable === true) throw usageFailure('--enable or --disable, not both');
  const quiet = options.quietHours;
  if (quietForCritical === true && (quiet === undefined || quiet === 'none')) {
    throw usageFailure('--quiet-for-critical needs --quiet-hours');
  }
  return {
    ...((enable ?? disable) !== undefined && { enabled: enable === true }),
    ...(severity !== undefined && { severity }),
    ...(threshold !== undefined && { threshold }),
    ...(minimum !== undefined && { minimum }),
    ...(window !== undefined && { windowSeconds: window }),
    ...(hold !== undefined && { holdSeconds: hold }),
    ...(resolve !== undefined && { resolveSeconds: resolve }),
    ...(quiet !== undefined && {
      quietHours:
        quiet === 'none'
          ? null
          : {
              ...quiet,
              days: [...(quiet.days ?? ALL_DAYS)],
              exceptCritical: quietForCritical !== true,
            },
    }),
  };
}

/** A threshold; the server says which are in range. */
function number(text: string): number {
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number, such as 0.5 or 900.');
}
