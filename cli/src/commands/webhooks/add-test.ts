import { EXIT } from '../../failures/exit-codes.ts';
import { findWebhook } from '../../input/find-webhook.ts';
import type { AddCommand } from '../../session/act.ts';
import { testResultView } from '../../views/test-result-view.ts';

interface Options {
  readonly payload?: string;
}

/** Adds what sends one request to an endpoint. */
export const addTest: AddCommand = (group, act) => {
  group
    .command('test')
    .description(
      'Sends one request to the endpoint of a webhook and prints the answer. Ends with 1 when the endpoint failed.',
    )
    .argument('<webhook>', 'id or name')
    .option('--payload <text>', 'the body of the request')
    .action(
      act(async (context, webhook: string, { payload }: Options) => {
        const zendesk = await context.zendesk();
        const webhookId = await findWebhook(zendesk, webhook);
        const result = await zendesk.webhooks.test(payload === undefined ? {} : { payload }, {
          webhookId,
          signal: context.signal,
        });
        await context.printer.one(result, testResultView);
        const code = result.statusCode ?? result.response?.statusCode;
        return code !== undefined && code >= 200 && code < 300 ? EXIT.ok : EXIT.failed;
      }),
    );
};
