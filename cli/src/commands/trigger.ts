import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { readInput } from '../input/read-input.ts';
import { visibleText } from '../output/visible-text.ts';
import { publishOne } from '../publish/publish-one.ts';
import type { AddCommand } from '../session/act.ts';
import type { Context } from '../session/context.ts';
import { countMatches } from '../trigger/count-matches.ts';
import { exactJson } from '../trigger/exact-json.ts';
import { makeSample } from '../trigger/make-sample.ts';
import { mergeJson } from '../trigger/merge-json.ts';
import { sampleTypes } from '../trigger/sample-types.ts';
import { setAtPointer } from '../trigger/set-at-pointer.ts';
import { sampleTypeView } from '../views/sample-type-view.ts';

interface Options {
  readonly set?: readonly string[];
  readonly data?: string;
  readonly dryRun?: boolean;
  readonly list?: boolean;
  readonly idempotencyKey?: string;
}

/** The longest event that the API accepts. */
const MOST_BYTES = 1024 * 1024;

const another = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** Publishes realistic samples. */
export const trigger: AddCommand = (parent, act) => {
  parent
    .command('trigger')
    .description(
      'Publishes a realistic sample of an event type of Zendesk, in the shape that Zendesk sends. It is a real event: every webhook that subscribes to its type gets it. Change it by --data and --set; --dry-run prints it, and says how many webhooks would get it.',
    )
    .argument('[event-type]', 'such as ticket.created: zen:event-type: may be left out')
    .option('--set <pointer=value>', 'set a value: /detail/priority=LOW; may be repeated', another)
    .option('--data <path>', 'merge the JSON object of this file into it; - is standard input')
    .option('--dry-run', 'print the event, and do not publish it')
    .option('--list', 'print the event types that have a sample')
    .option('--idempotency-key <text>', 'a key of your own; a random one by default')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail trigger ticket.created
  $ hooktrail trigger ticket.status_changed --set /event/current=SOLVED --set /detail/status=SOLVED
  $ hooktrail trigger user.created --data my-user.json --dry-run
  $ hooktrail trigger --list --output id`,
    )
    .action(
      act(async (context, type: string | undefined, options: Options) => {
        if (options.list === true) {
          if (type !== undefined) throw usageFailure('--list takes no event type');
          return await context.printer.list(
            sampleTypes().map((name) => ({ name, type: `zen:event-type:${name}` })),
            sampleTypeView,
          );
        }
        if (type === undefined) {
          throw usageFailure(
            'trigger needs an event type, such as ticket.created',
            'hooktrail trigger --list prints all of them.',
          );
        }
        const sample = await changed(makeSample(type, Date.now()), options);
        if (options.dryRun === true) return await show(context, sample);
        const { invocations, invocationsCount, skipped, skippedCount } = await publishOne(
          context,
          { rawBody: JSON.stringify(sample) },
          options.idempotencyKey,
        );
        const matched = invocationsCount ?? invocations.length;
        const left = skippedCount ?? skipped.length;
        context.note(`sent to ${webhooks(matched)}${left === 0 ? '' : `, ${left} skipped`}`, {
          matched,
          skipped: left,
        });
      }),
    );
};

/** `--data` first, so that `--set` has the last word. */
async function changed(
  sample: Readonly<Record<string, unknown>>,
  { set = [], data }: Options,
): Promise<Record<string, unknown>> {
  const patch =
    data === undefined ? {} : exactJson(await readInput(data, MOST_BYTES), `--data ${data}`);
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw usageFailure(`--data ${data} must have a JSON object, such as {"detail": {"id": "1"}}`);
  }
  const merged = mergeJson(sample, patch) as Record<string, unknown>;
  for (const one of set) setAtPointer(merged, one);
  return merged;
}

async function show(context: Context, sample: Record<string, unknown>): Promise<void> {
  const { printer, terminal, signal } = context;
  const isLine = printer.format === 'ndjson' || printer.format === 'id';
  const text = JSON.stringify(sample, undefined, isLine ? undefined : 2);
  await printer.text(`${terminal.showsData ? visibleText(text) : text}\n`);
  try {
    const hooktrail = await context.hooktrail();
    const { active, inactive, more } = await countMatches(
      hooktrail,
      String(sample['type']),
      signal,
    );
    const rest = inactive === 0 ? '' : `, and skip ${inactive} inactive`;
    const of = more ? ', of the first 1,000' : '';
    context.note(`would be sent to ${webhooks(active)}${rest}${of}`, {
      matched: active,
      skipped: inactive,
      ...(more && { more }),
    });
  } catch (error) {
    const { exitCode, message } = describeFailure(error);
    // A sample can be looked at without a server, or with a token that may only publish.
    if (exitCode !== EXIT.network && exitCode !== EXIT.credentials) throw error;
    context.note(`the webhooks were not counted: ${message}`, { matched: null });
  }
}

const webhooks = (count: number): string => `${count} ${count === 1 ? 'webhook' : 'webhooks'}`;
