import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { limited, pageSize } from '../input/limited.ts';
import { type ListOptions, listOptions } from '../input/list-options.ts';
import { wholeNumber } from '../input/whole-number.ts';
import type { AddCommand } from '../session/act.ts';
import { tokenView } from '../views/token-view.ts';

interface Options {
  readonly account?: number;
}

interface CreateOptions extends Options {
  readonly role: string;
}

interface RevokeOptions extends Options {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const OF_ACCOUNT = ['--account <id>', 'of another account, for operators'] as const;

/** API tokens. */
export const tokens: AddCommand = (parent, act) => {
  const group = parent
    .command('tokens')
    .description('The API tokens of the account. docs/access.md describes the roles.')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail tokens list
  $ hooktrail tokens create 'shop, production' --role publish --output json | jq -r .secret
  $ hooktrail tokens revoke 01KB8YQ6T5B3S8D1F4G7H9J2KM`,
    );

  listOptions(
    group
      .command('list')
      .description('Lists the tokens, newest first, without their secrets.')
      .option(...OF_ACCOUNT, wholeNumber(1)),
  ).action(
    act(async (context, options: ListOptions & Options) => {
      const hooktrail = await context.hooktrail();
      const list = hooktrail.tokens.list(
        { accountId: options.account, pageSize: pageSize(options) },
        { signal: context.signal },
      );
      await context.printer.list(limited(context, list, options), tokenView);
    }),
  );

  group
    .command('create')
    .description('Creates a token, and prints it with its secret, which is shown only this once.')
    .argument('<name>', 'the name, for people')
    .requiredOption('--role <role>', 'read, publish, admin, operator or metrics')
    .option(...OF_ACCOUNT, wholeNumber(1))
    .action(
      act(async (context, name: string, { role, account }: CreateOptions) => {
        const hooktrail = await context.hooktrail();
        const token = await hooktrail.tokens.create(
          { name, role },
          { accountId: account, signal: context.signal },
        );
        await context.printer.one(token, tokenView);
      }),
    );

  group
    .command('revoke')
    .description('Revokes tokens: they are refused from then on.')
    .argument('<token...>', 'ids of tokens')
    .option(...OF_ACCOUNT, wholeNumber(1))
    .option('--dry-run', 'print what would be revoked, and do nothing')
    .option('-y, --yes', 'do not ask')
    .action(
      act(async (context, ids: string[], { account, dryRun, yes }: RevokeOptions) => {
        if (dryRun === true)
          return await context.printer.list(
            ids.map((id) => ({ id })),
            tokenView,
          );
        if (ids.length > 1) await context.confirm(`Revoke ${ids.length} tokens?`, yes);
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        const revoked: object[] = [];
        let failed = 0;
        for (const id of ids) {
          try {
            await hooktrail.tokens.revoke(id, { accountId: account, signal });
            revoked.push({ id });
          } catch (error) {
            if (ids.length === 1 || signal.aborted) throw error;
            failed++;
            const { code, message } = describeFailure(error);
            context.note(`${id}: ${message}`, { id, code });
          }
        }
        await context.printer.list(revoked, tokenView);
        if (failed === 0) return EXIT.ok;
        return revoked.length === 0 ? EXIT.failed : EXIT.partly;
      }),
    );
};
