import { usageFailure } from '../failures/usage-failure.ts';
import type { AddCommand } from '../session/act.ts';
import { accountView } from '../views/account-view.ts';
import { keyView } from '../views/key-view.ts';

interface SetOptions {
  readonly name?: string;
  readonly rules?: string;
}

interface KeysOptions {
  readonly set?: readonly string[];
  readonly clear?: boolean;
}

/** The account of the token. */
export const account: AddCommand = (parent, act) => {
  const group = parent
    .command('account')
    .description('The account of the token: its name, its delivery profile, and its keys.')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail account show
  $ hooktrail account set --rules zendesk
  $ hooktrail account keys --set /subject /detail/id header.x-order`,
    );

  group
    .command('show')
    .description('Shows the account.')
    .action(
      act(async (context) => {
        const hooktrail = await context.hooktrail();
        await context.printer.one(
          await hooktrail.account.get({ signal: context.signal }),
          accountView,
        );
      }),
    );

  group
    .command('set')
    .description('Changes the name or the delivery profile of the account.')
    .option('--name <name>', 'the name, for people')
    .option('--rules <profile>', 'the profile of its delivery rules: durable or zendesk')
    .action(
      act(async (context, { name, rules }: SetOptions) => {
        if (name === undefined && rules === undefined) {
          throw usageFailure('nothing to change: give --name or --rules');
        }
        const hooktrail = await context.hooktrail();
        const changed = await hooktrail.account.update(
          { ...(name !== undefined && { name }), ...(rules !== undefined && { profile: rules }) },
          { signal: context.signal },
        );
        await context.printer.one(changed, accountView);
      }),
    );

  group
    .command('keys')
    .description('Shows the keys by which events are found at once, or replaces them.')
    .option('--set <key...>', 'JSON pointers of the body, or header. and names of headers')
    .option('--clear', 'remove all keys')
    .action(
      act(async (context, { set, clear }: KeysOptions) => {
        if (set !== undefined && clear === true) throw usageFailure('--set or --clear, not both');
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        const wanted = set ?? (clear === true ? [] : undefined);
        const keys =
          wanted === undefined
            ? await hooktrail.account.keys({ signal })
            : await hooktrail.account.replaceKeys(wanted, { signal });
        await context.printer.list(keys, keyView);
      }),
    );
};
