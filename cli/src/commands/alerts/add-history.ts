import { EXIT } from '../../failures/exit-codes.ts';
import { findWebhook } from '../../input/find-webhook.ts';
import { limited, pageSize } from '../../input/limited.ts';
import { type ListOptions, listOptions } from '../../input/list-options.ts';
import type { AddCommand } from '../../session/act.ts';
import { alertView } from '../../views/alert-view.ts';

interface Options extends ListOptions {
  readonly state?: 'open' | 'resolved';
  readonly kind?: string;
  readonly webhook?: string;
  readonly exitCode?: boolean;
}

/** Adds what lists alerts, shows one and acknowledges it. */
export const addHistory: AddCommand = (group, act) => {
  listOptions(
    group
      .command('list', { isDefault: true })
      .description('Lists alerts, the one opened last first; so does `hooktrail alerts` alone.')
      .option('--state <state>', 'only those that are open, or resolved')
      .option('--kind <kind>', 'only of this kind, such as failing')
      .option('--webhook <webhook>', 'only of this webhook: id or name')
      .option('--exit-code', 'end with 1 if anything is listed that is open'),
  ).action(
    act(async (context, options: Options) => {
      const { exitCode, kind, state } = options;
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const webhookId =
        options.webhook === undefined
          ? undefined
          : await findWebhook(await context.zendesk(), options.webhook);
      const list = hooktrail.alerts.list(
        {
          filterState: state,
          filterKind: kind,
          filterWebhookId: webhookId,
          pageSize: pageSize(options),
        },
        { signal },
      );
      let open = 0;
      const counted = async function* () {
        for await (const alert of limited(context, list, options)) {
          if (alert.state === 'open') open++;
          yield alert;
        }
      };
      await context.printer.list(counted(), alertView);
      return exitCode === true && open > 0 ? EXIT.failed : EXIT.ok;
    }),
  );

  group
    .command('show')
    .description(
      'Shows an alert: what happened, what to do, and what each route was sent about it.',
    )
    .argument('<alert>', 'its id')
    .action(
      act(async (context, id: string) => {
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        await context.printer.one(await hooktrail.alerts.get(id, { signal }), alertView);
      }),
    );

  group
    .command('ack')
    .description(
      'Acknowledges an alert: tells others that somebody looks after it. The first acknowledgement stays.',
    )
    .argument('<alert>', 'its id')
    .option('--note <text>', 'what others should know: 500 characters at most')
    .action(
      act(async (context, id: string, { note }: { readonly note?: string }) => {
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        await context.printer.one(
          await hooktrail.alerts.acknowledge(id, { note, signal }),
          alertView,
        );
      }),
    );
};
