import { usageFailure } from '../failures/usage-failure.ts';
import type { AddCommand } from '../session/act.ts';
import { storageView } from '../views/storage-view.ts';

interface Options {
  readonly partitions?: boolean;
  readonly next?: boolean;
}

/** What the database takes. */
export const storage: AddCommand = (parent, act) => {
  parent
    .command('storage')
    .description(
      'Shows the bytes of each table of the whole database with its indexes, the largest first. The server reads them once a minute at most. Needs a token of an operator.',
    )
    .option('--partitions', 'a row for each partition, oldest first')
    .option('--next', 'the partitions that are dropped next')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail storage
  $ hooktrail storage --next
  $ hooktrail storage --partitions --output csv`,
    )
    .action(
      act(async (context, { partitions, next }: Options) => {
        if (partitions === true && next === true) {
          throw usageFailure('--partitions or --next, not both');
        }
        const hooktrail = await context.hooktrail();
        const found = await hooktrail.storage({ signal: context.signal });
        const rows: object[] =
          next === true
            ? found.next.map(({ table, ...partition }) => ({ name: table, ...partition }))
            : found.tables.flatMap((table): object[] =>
                partitions === true
                  ? table.partitions.map((one) => ({ name: table.name, ...one }))
                  : [{ ...table, partitions: table.partitions.length }],
              );
        await context.printer.list(rows, storageView);
        context.note(`${found.bytes} bytes in all, read at ${found.readAt.toISOString()}`, {
          bytes: found.bytes,
          read_at: found.readAt,
        });
      }),
    );
};
