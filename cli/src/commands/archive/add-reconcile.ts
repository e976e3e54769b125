import type { ReconciledHour, Reconciliation } from '@hooktrail/sdk/hooktrail';
import { EXIT } from '../../failures/exit-codes.ts';
import { findSource } from '../../input/find-source.ts';
import { instant } from '../../input/instant.ts';
import { limited, pageSize } from '../../input/limited.ts';
import { type ListOptions, listOptions } from '../../input/list-options.ts';
import { sayGaps } from '../../input/say-gaps.ts';
import { wireRow } from '../../output/wire-row.ts';
import type { AddCommand } from '../../session/act.ts';
import type { Context } from '../../session/context.ts';
import { reconciledHourView } from '../../views/reconciled-hour-view.ts';
import { reconciledView } from '../../views/reconciled-view.ts';

interface Options extends ListOptions {
  readonly since?: string;
  readonly until?: string;
  readonly webhook?: string;
  readonly kind?: string;
  readonly exitCode?: boolean;
}

/** Adds what compares the trail of a source with what arrived at an inbox. */
export const addReconcile: AddCommand = (group, act) => {
  listOptions(
    group
      .command('reconcile')
      .description(
        'Compares what a source lists with what arrived at an inbox, by webhook and hour of creation, the latest first. With --kind it lists the invocations behind a number.',
      )
      .argument('<source>', 'id or name')
      .option(
        '--since <time>',
        'whole hours from then on: a time (UTC without an offset), or how long ago; 24h by default',
      )
      .option('--until <time>', 'until then; now by default')
      .option('--webhook <id>', 'of one archived webhook')
      .option(
        '--kind <number>',
        'list these: arrived, not_arrived, failed, failed_arrived, never_sent or not_listed',
      )
      .option(
        '--exit-code',
        'end with 1 if something is listed as success and did not arrive, and with 7 if nothing could be compared',
      ),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail archive reconcile acme --since 2d
  $ hooktrail archive reconcile acme --kind not_arrived --all --output csv
  $ hooktrail archive reconcile acme --exit-code > /dev/null || mail -s 'webhooks are lost, or not compared' ops@example.com < /dev/null`,
    )
    .action(
      act(async (context, text: string, options: Options) => {
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        const { id } = findSource(await hooktrail.sources.list({ signal }), text);
        const span = {
          from: await instant('--since', options.since),
          to: await instant('--until', options.until),
          webhook: options.webhook,
        };
        const size = pageSize(options);
        const { kind } = options;
        const ask = (pageAfter?: string) =>
          hooktrail.sources.reconcile(id, { ...span, pageSize: size, pageAfter }, { signal });
        const first = await ask();
        if (kind !== undefined) {
          const list = hooktrail.sources.reconciled(
            id,
            kind,
            { ...span, pageSize: size },
            { signal },
          );
          await context.printer.list(limited(context, list, options), reconciledView);
        } else {
          await context.printer.list(hours(context, first, ask, options), reconciledHourView);
        }
        say(context, first);
        if (options.exitCode !== true) return EXIT.ok;
        if (first.missing > 0) return EXIT.failed;
        return isCompared(first) ? EXIT.ok : EXIT.partly;
      }),
    );
};

/** Nothing is missing of nothing that was compared: that would be no news. */
function isCompared({ meta, total }: Reconciliation): boolean {
  const { comparedUntil, from } = meta;
  return total.listed > 0 || (comparedUntil !== undefined && comparedUntil > from);
}

/** The first hours, and says so when there are more. */
async function* hours(
  context: Context,
  first: Reconciliation,
  ask: (pageAfter: string) => PromiseLike<Reconciliation>,
  { all, limit }: ListOptions,
): AsyncGenerator<ReconciledHour, void, undefined> {
  const most = all === true ? Number.POSITIVE_INFINITY : limit;
  let shown = 0;
  for (let page = first; ; ) {
    for (const hour of page.hours) {
      if (shown === most) break;
      yield hour;
      shown++;
    }
    const { afterCursor } = page.meta;
    const isOver = afterCursor === undefined;
    if (shown === most && !isOver) {
      context.note(`${limit} shown, and there are more: --limit ${limit * 10} or --all`, {
        more: true,
      });
    }
    if (isOver || shown === most || context.signal.aborted) return;
    page = await ask(afterCursor);
  }
}

/** What the rows do not say: how far it is, what is unknown, and the number that matters. */
function say(context: Context, compared: Reconciliation): void {
  const { meta, missing, total } = compared;
  const { comparedUntil, gaps = [], webhooks } = meta;
  if (webhooks === 0) {
    context.note(
      'no webhook of this source sends to an inbox: enter the address of one as its endpoint (docs/archive.md)',
      { webhooks },
    );
  }
  sayGaps(context, gaps);
  if (comparedUntil !== undefined && comparedUntil < meta.to) {
    context.note(`compared until ${comparedUntil.toISOString()}`, {
      compared_until: comparedUntil.toISOString(),
    });
  }
  if (!isCompared(compared)) {
    context.note('nothing was compared', { compared: false });
    return;
  }
  context.note(
    missing === 0
      ? `nothing is missing: ${total.arrived} of ${total.listed} listed invocations arrived`
      : `${missing} of ${total.listed} listed invocations are missing: listed as success, and they did not arrive`,
    { missing, total: wireRow(total) },
  );
}
