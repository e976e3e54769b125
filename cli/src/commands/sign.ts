import { readInput } from '../input/read-input.ts';
import { secretOf } from '../input/secret-of.ts';
import type { AddCommand } from '../session/act.ts';
import { signatureView } from '../views/signature-view.ts';

interface Options {
  readonly secret?: string;
  readonly webhook?: string;
  readonly timestamp?: string;
}

/** A body of a delivery is never longer. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Signs a body as deliveries are signed. */
export const sign: AddCommand = (parent, act) => {
  parent
    .command('sign')
    .description('Prints the two headers that a delivery of this body has.')
    .argument('[file]', 'the body; - is standard input', '-')
    .option(
      '--secret <secret>',
      'the signing secret; other users of the machine see arguments: prefer HOOKTRAIL_SIGNING_SECRET',
    )
    .option('-w, --webhook <id-or-name>', 'take the secret of this webhook')
    .option('--timestamp <time>', 'when it is signed; now by default')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail sign body.json --webhook orders
  $ printf '{}' | HOOKTRAIL_SIGNING_SECRET="$SECRET" hooktrail sign --output json`,
    )
    .action(
      act(async (context, file: string, options: Options) => {
        const secret = await secretOf(context, options);
        const { timestamp = new Date().toISOString() } = options;
        const { signPayload } = await import('@hooktrail/sdk/signature');
        const body = await readInput(file, MOST_BYTES);
        const signature = await signPayload({ secret, timestamp, body });
        await context.printer.one(
          {
            'x-zendesk-webhook-signature': signature,
            'x-zendesk-webhook-signature-timestamp': timestamp,
          },
          signatureView,
        );
      }),
    );
};
