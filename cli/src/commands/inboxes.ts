import type { InboxPatch } from '@hooktrail/sdk/hooktrail';
import type { Command } from 'commander';
import { usageFailure } from '../failures/usage-failure.ts';
import { readInput } from '../input/read-input.ts';
import { wholeNumber } from '../input/whole-number.ts';
import type { AddCommand } from '../session/act.ts';
import { inboxView } from '../views/inbox-view.ts';

interface Options {
  readonly name?: string;
  readonly scheme?: 'zendesk' | 'standard_webhooks' | 'svix' | 'none';
  readonly secrets?: string;
  readonly tolerance?: number;
  readonly type?: string;
  readonly typeHeader?: string;
  readonly idHeader?: string;
}

/** Ten of 255 characters, with room for blank lines. */
const MOST_SECRETS_BYTES = 4_096;

/** Addresses that receive webhooks from elsewhere. */
export const inboxes: AddCommand = (parent, act) => {
  const group = parent
    .command('inboxes')
    .description(
      'Addresses that receive webhooks from elsewhere, verify them and publish them as events (docs/inbox.md).',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail inboxes create Zendesk --scheme zendesk --secrets secret.txt --columns address
  $ hooktrail inboxes list
  $ hooktrail inboxes edit 01KB8YQ6T5B3S8D1F4G7H9J2KM --secrets both-secrets.txt
  $ hooktrail inboxes rotate 01KB8YQ6T5B3S8D1F4G7H9J2KM --grace 86400 --columns address`,
    );

  group
    .command('list')
    .description('Lists the inboxes, newest first.')
    .action(
      act(async (context) => {
        const hooktrail = await context.hooktrail();
        const list = await hooktrail.inboxes.list({ signal: context.signal });
        await context.printer.list(list, inboxView);
      }),
    );

  group
    .command('get')
    .description('Shows one inbox. Its secrets and its address are not shown again.')
    .argument('<inbox>', 'its id')
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        await context.printer.one(await hooktrail.inboxes.get(id, { signal }), inboxView);
      }),
    );

  fieldsOf(
    group
      .command('create')
      .description('Creates an inbox, and prints it with its address, shown only this once.')
      .argument('<name>', 'the name, for people')
      .requiredOption('--scheme <scheme>', 'zendesk, standard_webhooks, svix or none'),
  ).action(
    act(async (context, name: string, options: Options) => {
      const hooktrail = await context.hooktrail();
      // The server says which schemes there are.
      const input = { ...(await patchOf(options)), name, scheme: options.scheme ?? 'none' };
      const { signal } = context;
      await context.printer.one(await hooktrail.inboxes.create(input, { signal }), inboxView);
    }),
  );

  fieldsOf(
    group
      .command('edit')
      .description('Changes an inbox: what no option names stays.')
      .argument('<inbox>', 'its id')
      .option('--name <text>', 'the name, for people')
      .option('--scheme <scheme>', 'zendesk, standard_webhooks, svix or none'),
  ).action(
    act(async (context, id: string, options: Options) => {
      const patch = await patchOf(options);
      if (Object.keys(patch).length === 0) throw usageFailure('there is nothing to change');
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      await context.printer.one(await hooktrail.inboxes.update(id, patch, { signal }), inboxView);
    }),
  );

  group
    .command('rotate')
    .description('Gives an inbox a new address, and prints it, shown only this once.')
    .argument('<inbox>', 'its id')
    .option('--grace <seconds>', 'for how long the old address stays valid', wholeNumber(0))
    .action(
      act(async (context, id: string, { grace }: { readonly grace?: number }) => {
        const hooktrail = await context.hooktrail();
        const options = { graceSeconds: grace, signal: context.signal };
        await context.printer.one(await hooktrail.inboxes.rotate(id, options), inboxView);
      }),
    );

  group
    .command('delete')
    .description('Deletes an inbox: its address is 404 from then on.')
    .argument('<inbox>', 'its id')
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        await hooktrail.inboxes.delete(id, { signal: context.signal });
        await context.printer.one({ id }, inboxView);
      }),
    );
};

const fieldsOf = (command: Command): Command =>
  command
    .option('--secrets <file>', 'a file with the secrets of senders, one a line; - is stdin')
    .option('--tolerance <seconds>', 'how old a signature may be', wholeNumber(1))
    .option('--type <type>', 'the event type of what has none')
    .option('--type-header <name>', 'a header with the event type; "" removes it')
    .option('--id-header <name>', 'with none: a header with the id of a request; "" removes it');

/** The fields that options name. */
async function patchOf(options: Options): Promise<InboxPatch> {
  const { idHeader, name, scheme, tolerance, type, typeHeader } = options;
  const secrets =
    options.secrets === undefined
      ? undefined
      : (await readInput(options.secrets, MOST_SECRETS_BYTES))
          .split(/\r?\n/)
          .filter((line) => line !== '');
  return {
    ...(name !== undefined && { name }),
    ...(scheme !== undefined && { scheme }),
    ...(secrets !== undefined && { secrets }),
    ...(tolerance !== undefined && { toleranceSeconds: tolerance }),
    ...(type !== undefined && { defaultType: type }),
    ...(typeHeader !== undefined && { typeHeader: typeHeader || null }),
    ...(idHeader !== undefined && { idHeader: idHeader || null }),
  };
}
