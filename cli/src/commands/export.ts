import { Option } from 'commander';
import { resumeExport, startExport } from '../export/run-export.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { invocationQuery, type QueryOptions, queryOptions } from '../input/invocation-query.ts';
import type { AddCommand } from '../session/act.ts';

const ROWS = ['invocations', 'attempts', 'events'] as const;
const FILE_FORMATS = ['ndjson', 'csv'] as const;
const ROLES = ['admin', 'read'] as const;

interface Options extends QueryOptions {
  readonly of?: (typeof ROWS)[number];
  readonly format?: (typeof FILE_FORMATS)[number];
  readonly bodies: boolean;
  readonly role?: (typeof ROLES)[number];
  readonly all?: boolean;
  readonly reason?: string;
  readonly to?: string;
  readonly detach?: boolean;
  readonly dryRun?: boolean;
  readonly job?: string;
  readonly force?: boolean;
}

/** What belongs to a new export: with --job it would be ignored. */
const OF_NEW = [
  ...(['of', 'format', 'role', 'all', 'reason', 'detach', 'dryRun'] as const),
  ...(['webhook', 'status', 'type', 'since', 'until'] as const),
];

/** Exports to files. */
export const exportRows: AddCommand = (parent, act) => {
  const command = parent
    .command('export')
    .description(
      'Writes what a query selects to files on the server, a file for each day, and downloads them. It is a job: Ctrl-C leaves it running, and --job goes on with it. A download goes on where it broke off, has the SHA-256 of the manifest, and overwrites nothing. docs/exporting.md describes the files.',
    )
    .argument('[query...]', 'terms of the query language')
    .addOption(
      new Option('--of <rows>', 'what a row is; attempts are those of the invocations').choices(
        ROWS,
      ),
    )
    .addOption(
      new Option('--format <format>', 'of the files: ndjson by default').choices(FILE_FORMATS),
    )
    .option('--no-bodies', 'leave the bodies of attempts and events out')
    .addOption(
      new Option('--role <role>', 'mask secrets as for this role: admin by default').choices(ROLES),
    )
    .option('--all', 'select everything: needed when no term is given')
    .option('--reason <text>', 'why, for people and the audit')
    .option('--to <folder>', 'download the files to this folder')
    .option('--detach', 'do not wait for the files')
    .option('--dry-run', 'say how many rows it would have, and do nothing')
    .option('--job <id>', 'go on with this export')
    .option('--force', 'replace other files with the same names');
  queryOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail export since:7d --of attempts --to ./november --reason 'audit of November'
  $ hooktrail export --webhook orders status:failed --format csv --no-bodies --to .
  $ hooktrail export --all --of events --detach
  $ hooktrail export --job 01KB8YQ6T5B3S8D1F4G7H9J2KM --to ./november`,
    )
    .action(
      act(async (context, words: string[], options: Options) => {
        const { job, bodies, of = 'invocations', format, role, all, reason } = options;
        if (job !== undefined) {
          const given =
            words.length > 0 || !bodies || OF_NEW.some((name) => options[name] !== undefined);
          if (given) {
            throw usageFailure('--job goes on with an export: only --to and --force belong to it');
          }
          return await resumeExport(context, job, options);
        }
        const query = invocationQuery(words, options);
        if (query === '' && all !== true) {
          throw usageFailure('a query without a term selects everything: give terms, or --all');
        }
        if (options.detach !== true && options.dryRun !== true && options.to === undefined) {
          throw usageFailure(
            'export needs --to DIR: where the files go',
            '--detach leaves them on the server until you come back.',
          );
        }
        return await startExport(
          context,
          {
            kind: 'export',
            of,
            ...(query !== '' && { query }),
            ...(all !== undefined && { all }),
            ...(format !== undefined && { format }),
            ...(!bodies && { bodies }),
            ...(role !== undefined && { role }),
            ...(reason !== undefined && { reason }),
          },
          options,
        );
      }),
    );
};
