import type { CheckedSource, SourceInput, SourcePatch } from '@hooktrail/sdk/hooktrail';
import { EXIT } from '../../failures/exit-codes.ts';
import { usageFailure } from '../../failures/usage-failure.ts';
import { findSource } from '../../input/find-source.ts';
import { type SourceOptions, sourceFields, sourceOptions } from '../../input/source-fields.ts';
import { zendeskCredentials } from '../../input/zendesk-credentials.ts';
import { counted } from '../../output/counted.ts';
import { wireRow } from '../../output/wire-row.ts';
import type { AddCommand } from '../../session/act.ts';
import type { Context } from '../../session/context.ts';
import { sourceView } from '../../views/source-view.ts';

interface EditOptions extends SourceOptions {
  readonly name?: string;
  readonly yes?: boolean;
}

/** Adds what makes, shows and changes sources. */
export const addSources: AddCommand = (group, act) => {
  sourceOptions(
    group
      .command('add')
      .description(
        'Archives the trail of an account, and prints the source. The server tries the credentials at once. They come from files, or from ZENDESK_EMAIL with ZENDESK_API_TOKEN, or ZENDESK_ACCESS_TOKEN.',
      )
      .argument('<name>', 'what queries call it: origin:NAME'),
  ).action(
    act(async (context, name: string, options: SourceOptions) => {
      const fields = await sourceFields(options);
      if (fields.subdomain === undefined && fields.baseUrl === undefined) {
        throw usageFailure('give --subdomain or --base-url');
      }
      const hooktrail = await context.hooktrail();
      const credentials = await zendeskCredentials(context, options);
      const input: SourceInput = { ...fields, name, credentials };
      await show(context, await hooktrail.sources.create(input, { signal: context.signal }));
    }),
  );

  group
    .command('list')
    .description('Lists the sources, oldest first: 20 at most.')
    .action(
      act(async (context) => {
        const hooktrail = await context.hooktrail();
        const list = await hooktrail.sources.list({ signal: context.signal });
        await context.printer.list(list, sourceView);
      }),
    );

  group
    .command('status')
    .description(
      'Shows how far a source is read, what is archived and what is missing; without a name all of them. Ends with 1 while the last request to one of them failed.',
    )
    .argument('[source]', 'id or name')
    .action(
      act(async (context, text: string | undefined) => {
        const hooktrail = await context.hooktrail();
        const all = await hooktrail.sources.list({ signal: context.signal });
        const shown = text === undefined ? all : [findSource(all, text)];
        const [first] = shown;
        if (text !== undefined && first !== undefined) await context.printer.one(first, sourceView);
        else await context.printer.list(shown, sourceView);
        return shown.some(({ state }) => state === 'failing') ? EXIT.failed : EXIT.ok;
      }),
    );

  sourceOptions(
    group
      .command('edit')
      .description(
        'Changes the fields that are given, and prints the source. It asks before it shortens how long rows are kept.',
      )
      .argument('<source>', 'id or name')
      .option('--name <name>', 'the new name')
      .option('-y, --yes', 'do not ask'),
  ).action(
    act(async (context, text: string, options: EditOptions) => {
      const changes = await changesOf(context, options);
      if (Object.keys(changes).length === 0) {
        throw usageFailure('nothing to change: give an option');
      }
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const { archived, id, keepMonths, name } = findSource(
        await hooktrail.sources.list({ signal }),
        text,
      );
      const next = changes.keepMonths ?? Number.POSITIVE_INFINITY;
      if (next < (keepMonths ?? Number.POSITIVE_INFINITY)) {
        const { invocations, rows } = archived;
        await context.confirm(
          `Remove the rows of "${name}" that are older than ${counted(next, 'month')}? So far ${counted(rows, 'row')} of ${counted(invocations, 'invocation')} were archived.`,
          options.yes,
        );
      }
      await show(context, await hooktrail.sources.update(id, changes, { signal }));
    }),
  );
};

/** Credentials change only where an option names them: those of the environment may be another account's. */
async function changesOf(context: Context, options: EditOptions): Promise<SourcePatch> {
  const { accessTokenFile, apiTokenFile, email, name } = options;
  const hasCredentials = [accessTokenFile, apiTokenFile, email].some((one) => one !== undefined);
  return {
    ...(await sourceFields(options)),
    ...(name !== undefined && { name }),
    ...(hasCredentials && { credentials: await zendeskCredentials(context, options) }),
  };
}

/** Prints a source, and says what its credentials may read. */
async function show(context: Context, { access, source }: CheckedSource): Promise<void> {
  if (access !== undefined) context.note(access.explanation, { access: wireRow(access) });
  await context.printer.one(source, sourceView);
}
