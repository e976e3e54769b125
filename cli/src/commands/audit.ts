import { limited, pageSize } from '../input/limited.ts';
import { type ListOptions, listOptions } from '../input/list-options.ts';
import { wholeNumber } from '../input/whole-number.ts';
import type { AddCommand } from '../session/act.ts';
import { auditView } from '../views/audit-view.ts';

interface Options extends ListOptions {
  readonly operation?: string;
  readonly from?: string;
  readonly to?: string;
  readonly account?: number;
}

/** Who changed what. */
export const audit: AddCommand = (parent, act) => {
  listOptions(
    parent
      .command('audit')
      .description('Lists the changes of the last 400 days, newest first.')
      .option('--operation <name>', 'of this operation, such as patchWebhook')
      .option('--from <time>', 'then or later')
      .option('--to <time>', 'then or earlier')
      .option('--account <id>', 'of another account, for operators', wholeNumber(1)),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail audit -n 10
  $ hooktrail audit --operation deleteWebhook --from 2026-11-01`,
    )
    .action(
      act(async (context, options: Options) => {
        const hooktrail = await context.hooktrail();
        const list = hooktrail.audit.list(
          {
            filterOperation: options.operation,
            filterFromTs: options.from,
            filterToTs: options.to,
            accountId: options.account,
            pageSize: pageSize(options),
          },
          { signal: context.signal },
        );
        await context.printer.list(limited(context, list, options), auditView);
      }),
    );
};
