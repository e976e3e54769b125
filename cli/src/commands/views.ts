import type { SavedView } from '@hooktrail/sdk/hooktrail';
import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { findView } from '../input/find-view.ts';
import { limited, pageSize } from '../input/limited.ts';
import { type ListOptions, listOptions } from '../input/list-options.ts';
import type { AddCommand } from '../session/act.ts';
import { invocationView } from '../views/invocation-view.ts';
import { savedViewView } from '../views/saved-view-view.ts';

interface Fields {
  readonly screen?: string;
  readonly query?: string;
  readonly search?: string;
  readonly show?: readonly string[];
}

interface EditOptions extends Fields {
  readonly name?: string;
}

interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The screen of the console that shows what `hooktrail invocations` lists. */
const INVOCATIONS = 'invocations';

const names = (value: string): readonly string[] =>
  value === '' ? [] : value.split(',').map((one) => one.trim());

/** Saved views of the account. */
export const views: AddCommand = (parent, act) => {
  const group = parent
    .command('views')
    .description(
      'The views that the account saved for its people: a screen of the console, its filters and its columns under a name.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail views list
  $ hooktrail views create 'Failed orders' --query 'status:failed webhook:orders'
  $ hooktrail views run 'Failed orders' --all --output csv`,
    );

  group
    .command('list')
    .description('Lists the saved views, newest first: 100 at most.')
    .action(
      act(async (context) => {
        const hooktrail = await context.hooktrail();
        await context.printer.list(
          await hooktrail.views.list({ signal: context.signal }),
          savedViewView,
        );
      }),
    );

  group
    .command('get')
    .description('Shows a saved view.')
    .argument('<view>', 'id or name')
    .action(
      act(async (context, text: string) => {
        const hooktrail = await context.hooktrail();
        const all = await hooktrail.views.list({ signal: context.signal });
        await context.printer.one(findView(all, text), savedViewView);
      }),
    );

  listOptions(
    group
      .command('run')
      .description('Lists the invocations that a view of the screen "invocations" selects.')
      .argument('<view>', 'id or name'),
  ).action(
    act(async (context, text: string, options: ListOptions) => {
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const found = findView(await hooktrail.views.list({ signal }), text);
      if (found.screen !== INVOCATIONS) {
        throw usageFailure(
          `view "${found.name}" is of the screen "${found.screen}": open it in the console`,
          'hooktrail open',
        );
      }
      const search = new URLSearchParams(found.search);
      const list = hooktrail.invocations.list(
        search.get('q') ?? '',
        { sort: search.get('sort') ?? undefined, pageSize: pageSize(options) },
        { signal },
      );
      await context.printer.list(limited(context, list, options), invocationView);
    }),
  );

  group
    .command('create')
    .description('Saves a view.')
    .argument('<name>', 'the name, for people')
    .option('--screen <screen>', 'the screen of the console; invocations by default')
    .option('--query <query>', 'what it selects, in the query language')
    .option('--search <text>', "or all of the page's URL after its question mark")
    .option('--show <names>', 'its columns, with commas', names)
    .action(
      act(async (context, name: string, options: Fields) => {
        const hooktrail = await context.hooktrail();
        const made = await hooktrail.views.create(
          { name, screen: INVOCATIONS, ...fieldsOf(options) },
          { signal: context.signal },
        );
        await context.printer.one(made, savedViewView);
      }),
    );

  group
    .command('edit')
    .description('Changes the fields that are given, and prints the view.')
    .argument('<view>', 'id or name')
    .option('--name <name>', 'the new name')
    .option('--screen <screen>', 'the screen of the console')
    .option('--query <query>', 'what it selects, in the query language')
    .option('--search <text>', "or all of the page's URL after its question mark")
    .option('--show <names>', 'its columns, with commas; an empty text: those of the screen', names)
    .action(
      act(async (context, text: string, options: EditOptions) => {
        const changes = {
          ...fieldsOf(options),
          ...(options.name !== undefined && { name: options.name }),
        };
        if (Object.keys(changes).length === 0) {
          throw usageFailure('nothing to change: give an option');
        }
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        const { id, name, screen, search, columns } = findView(
          await hooktrail.views.list({ signal }),
          text,
        );
        const changed = await hooktrail.views.replace(
          id,
          { name, screen, search, columns, ...changes },
          { signal },
        );
        await context.printer.one(changed, savedViewView);
      }),
    );

  group
    .command('delete')
    .description('Deletes saved views, and prints what it deleted.')
    .argument('<view...>', 'ids or names')
    .option('--dry-run', 'print what would be deleted, and do nothing')
    .option('-y, --yes', 'do not ask')
    .action(
      act(async (context, texts: string[], { dryRun, yes }: DeleteOptions) => {
        const hooktrail = await context.hooktrail();
        const { signal, printer } = context;
        const all = await hooktrail.views.list({ signal });
        // All are looked up first: a misspelt name must not leave half of them deleted.
        const found = [...new Set(texts.map((text) => findView(all, text)))];
        if (dryRun === true) return await printer.list(found, savedViewView);
        if (found.length > 1) {
          const list = found.map(({ name }) => name).join(', ');
          await context.confirm(`Delete ${found.length} views (${list})?`, yes);
        }
        const deleted: SavedView[] = [];
        for (const one of found) {
          try {
            await hooktrail.views.delete(one.id, { signal });
            deleted.push(one);
          } catch (error) {
            if (found.length === 1 || signal.aborted) throw error;
            const { code, message } = describeFailure(error);
            context.note(`${one.id}: ${message}`, { id: one.id, code });
          }
        }
        await printer.list(deleted, savedViewView);
        if (deleted.length === found.length) return EXIT.ok;
        return deleted.length === 0 ? EXIT.failed : EXIT.partly;
      }),
    );
};

function fieldsOf({ screen, query, search, show }: Fields): Omit<Fields, 'query' | 'show'> & {
  readonly columns?: readonly string[];
} {
  if (query !== undefined && search !== undefined) {
    throw usageFailure('--query or --search, not both');
  }
  const text = query === undefined ? search : new URLSearchParams({ q: query }).toString();
  return {
    ...(screen !== undefined && { screen }),
    ...(text !== undefined && { search: text.replace(/^\?/, '') }),
    ...(show !== undefined && { columns: show }),
  };
}
