import { usageFailure } from '../../failures/usage-failure.ts';
import { duration } from '../../input/duration.ts';
import { findWebhook } from '../../input/find-webhook.ts';
import { readTime } from '../../input/read-time.ts';
import type { AddCommand } from '../../session/act.ts';
import { alertMuteView } from '../../views/alert-mute-view.ts';

interface Options {
  readonly kind?: string;
  readonly webhook?: string;
  readonly for?: number;
  readonly until?: string;
}

/** Adds what silences alerts, and what ends that. */
export const addMutes: AddCommand = (group, act) => {
  group
    .command('mute')
    .description(
      'Mutes alerts of a kind, of a webhook, or of a kind of one webhook: they still open and resolve, and no route is notified. Prints the mute.',
    )
    .option('--kind <kind>', 'of this kind; of all kinds without it')
    .option('--webhook <webhook>', 'of this webhook, id or name; of all without it')
    .option('--for <time>', 'for how long, such as 2h or 1d; for ever without it', duration)
    .option('--until <time>', 'or until when, such as 2026-12-01T08:00:00Z')
    .action(
      act(async (context, options: Options) => {
        const { kind, webhook } = options;
        if (kind === undefined && webhook === undefined) {
          throw usageFailure('give --kind, --webhook or both');
        }
        const until = await untilOf(options);
        const hooktrail = await context.hooktrail();
        const webhookId =
          webhook === undefined ? undefined : await findWebhook(await context.zendesk(), webhook);
        const mute = await hooktrail.alertMutes.create(
          { kind, webhookId, until },
          { signal: context.signal },
        );
        await context.printer.one(mute, alertMuteView);
      }),
    );

  group
    .command('unmute')
    .description('Ends mutes: routes are notified again of what opens from then on.')
    .argument('<mute...>', 'their ids, as `hooktrail alerts mutes` lists them')
    .option('-y, --yes', 'do not ask')
    .action(
      act(async (context, ids: string[], { yes }: { readonly yes?: boolean }) => {
        const wanted = [...new Set(ids)];
        if (wanted.length > 1) await context.confirm(`End ${wanted.length} mutes?`, yes);
        const hooktrail = await context.hooktrail();
        for (const id of wanted) {
          await hooktrail.alertMutes.delete(id, { signal: context.signal });
          await context.printer.list([{ id }], alertMuteView, true);
        }
      }),
    );

  group
    .command('mutes')
    .description('Lists the mutes, newest first.')
    .action(
      act(async (context) => {
        const hooktrail = await context.hooktrail();
        const list = await hooktrail.alertMutes.list({ signal: context.signal });
        await context.printer.list(list, alertMuteView);
      }),
    );
};

async function untilOf({ for: seconds, until }: Options): Promise<Date | undefined> {
  if (seconds !== undefined && until !== undefined) {
    throw usageFailure('--for or --until, not both');
  }
  if (seconds !== undefined) return new Date(Date.now() + seconds * 1_000);
  if (until === undefined) return undefined;
  // `2h` would be two hours ago.
  const time = /^\d{4}-/.test(until) ? await readTime(until) : undefined;
  if (time === undefined) {
    throw usageFailure(
      `--until must be a time, such as 2026-12-01T08:00:00Z, got "${until}"`,
      'Or say for how long: --for 2h',
    );
  }
  return time;
}
