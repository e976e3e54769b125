import { findSource } from '../../input/find-source.ts';
import { limited, pageSize } from '../../input/limited.ts';
import { type ListOptions, listOptions } from '../../input/list-options.ts';
import { counted } from '../../output/counted.ts';
import type { AddCommand } from '../../session/act.ts';
import { gapView } from '../../views/gap-view.ts';
import { sourceView } from '../../views/source-view.ts';
import { sourceWebhookView } from '../../views/source-webhook-view.ts';

interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Adds what steers sources, lists their gaps and ends them. */
export const addUpkeep: AddCommand = (group, act) => {
  const verbs = [
    ['pause', 'Pauses a source: nothing is asked of it, and after seven days it has a gap.'],
    ['resume', 'Resumes a paused source.'],
    ['poll', 'Reads the logs of all webhooks of a source now, and prints the source.'],
  ] as const;
  for (const [verb, description] of verbs) {
    group
      .command(verb)
      .description(description)
      .argument('<source>', 'id or name')
      .action(
        act(async (context, text: string) => {
          const hooktrail = await context.hooktrail();
          const { signal } = context;
          const { id } = findSource(await hooktrail.sources.list({ signal }), text);
          const source = await hooktrail.sources[verb](id, { signal });
          const { waitsUntil } = source;
          if (verb === 'poll' && waitsUntil !== undefined) {
            const at = waitsUntil.toISOString();
            context.note(`The service asked to wait until ${at}: it is polled then`, {
              waits_until: at,
            });
          }
          await context.printer.one(source, sourceView);
        }),
      );
  }

  listOptions(
    group
      .command('gaps')
      .description(
        'Lists the gaps of a source: spans of which it is unknown what finished in them, the one found last first.',
      )
      .argument('<source>', 'id or name'),
  ).action(
    act(async (context, text: string, options: ListOptions) => {
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const { id } = findSource(await hooktrail.sources.list({ signal }), text);
      const list = hooktrail.sources.gaps(id, { pageSize: pageSize(options) }, { signal });
      await context.printer.list(limited(context, list, options), gapView);
    }),
  );

  listOptions(
    group
      .command('webhooks')
      .description(
        'Lists the webhooks of a source as the service shows them, with how far their logs are read, the one mirrored last first.',
      )
      .argument('<source>', 'id or name')
      .option('--gone', 'only those that the service has no longer'),
  ).action(
    act(async (context, text: string, options: ListOptions & { readonly gone?: boolean }) => {
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const { id } = findSource(await hooktrail.sources.list({ signal }), text);
      const state = options.gone === true ? 'gone' : undefined;
      const query = { pageSize: pageSize(options), state } as const;
      const list = hooktrail.sources.webhooks(id, query, { signal });
      await context.printer.list(limited(context, list, options), sourceWebhookView);
    }),
  );

  group
    .command('delete')
    .description(
      'Deletes a source with everything that was archived of it, and prints what it deleted. Zendesk has no more than its last seven days.',
    )
    .argument('<source>', 'id or name')
    .option('--dry-run', 'print what would be deleted, and do nothing')
    .option('-y, --yes', 'do not ask')
    .action(
      act(async (context, text: string, { dryRun, yes }: DeleteOptions) => {
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        const source = findSource(await hooktrail.sources.list({ signal }), text);
        if (dryRun !== true) {
          const { bodies, invocations, rows } = source.archived;
          await context.confirm(
            `Delete the source "${source.name}" with ${counted(rows, 'row')} of ${counted(invocations, 'invocation')}, ${bodies} of them with bodies?`,
            yes,
          );
          await hooktrail.sources.delete(source.id, { signal });
        }
        await context.printer.one(source, sourceView);
      }),
    );
};
