import { usageFailure } from '../failures/usage-failure.ts';
import { findWebhook } from '../input/find-webhook.ts';
import { limited, pageSize } from '../input/limited.ts';
import { type ListOptions, listOptions } from '../input/list-options.ts';
import { partOf, partToShow } from '../input/show-part.ts';
import { wholeNumber } from '../input/whole-number.ts';
import { cellText } from '../output/cell-text.ts';
import { isJson } from '../output/formats.ts';
import { visibleText } from '../output/visible-text.ts';
import type { AddCommand } from '../session/act.ts';
import type { Context } from '../session/context.ts';
import { attemptView } from '../views/attempt-view.ts';

interface Options extends ListOptions {
  readonly number?: number;
  readonly show?: string;
  readonly webhook?: string;
}

/** Lists the attempts of an invocation. */
export const attempts: AddCommand = (parent, act) => {
  const command = parent
    .command('attempts')
    .description(
      'Lists each request of an invocation, newest first, with its answer. Tables show a line for each; JSON has requests and answers in full.',
    )
    .argument('<invocation>', 'the id of the invocation')
    .option('--number <number>', 'only this attempt, from 1', wholeNumber(1))
    .option('--show <part>', 'print this part alone: response.body, request.headers, phases …')
    .option('-w, --webhook <id-or-name>', 'its webhook; needed with --zendesk only');
  listOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail attempts 01M8HTAW2PZRKB1HMA9YE1PR53
  $ hooktrail attempts 01M8HTAW2PZRKB1HMA9YE1PR53 --number 3 --show response.body
  $ hooktrail attempts 01M8HTAW2PZRKB1HMA9YE1PR53 --output json | jq '.[0].response'`,
    )
    .action(
      act(async (context, id: string, options: Options) => {
        const part = options.show === undefined ? undefined : partToShow(options.show);
        const found = await attemptsOf(context, id, options);
        if (part === undefined) return await context.printer.list(found, attemptView);
        for await (const attempt of found) await printPart(context, partOf(attempt, part));
      }),
    );
};

async function attemptsOf(
  context: Context,
  id: string,
  options: Options,
): Promise<AsyncIterable<object> | object[]> {
  const { signal } = context;
  const { webhook, number } = options;
  if (context.globals.zendesk !== undefined) {
    if (webhook === undefined) throw usageFailure('Zendesk needs the webhook too: --webhook');
    if (number !== undefined)
      throw usageFailure('Zendesk does not number attempts: leave out --number');
    const zendesk = await context.zendesk();
    const webhookId = await findWebhook(zendesk, webhook);
    return await zendesk.webhookInvocations.listAttempts(webhookId, id, { signal });
  }
  const hooktrail = await context.hooktrail();
  if (number !== undefined) return [await hooktrail.invocations.attempt(id, number, { signal })];
  const list = hooktrail.invocations.attempts(id, { pageSize: pageSize(options) }, { signal });
  return limited(context, list, options);
}

/** Bodies stay as they are for programs; a terminal is not to obey them. */
async function printPart({ printer, terminal }: Context, part: unknown): Promise<void> {
  if (isJson(printer.format)) return await printer.text(`${JSON.stringify(part ?? null)}\n`);
  const isHeaders = Array.isArray(part) && part.every((one) => typeof one?.key === 'string');
  const text = isHeaders
    ? part.map(({ key, value }: { key: string; value: string }) => `${key}: ${value}`).join('\n')
    : cellText(part);
  await printer.text(`${terminal.showsData ? visibleText(text) : text}\n`);
}
