import { readInput } from '../input/read-input.ts';
import { secretOf } from '../input/secret-of.ts';
import { wholeNumber } from '../input/whole-number.ts';
import type { AddCommand } from '../session/act.ts';

interface Options {
  readonly secret?: string;
  readonly webhook?: string;
  readonly signature: string;
  readonly timestamp: string;
  readonly tolerance: number;
}

/** A body of a delivery is never longer. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Verifies the signature of a delivery. */
export const verify: AddCommand = (parent, act) => {
  parent
    .command('verify')
    .description('Ends with 0 if the signature is of this body and not too old, and with 1 if not.')
    .argument('[file]', 'the body, byte for byte; - is standard input', '-')
    .requiredOption('--signature <text>', 'the value of X-Zendesk-Webhook-Signature')
    .requiredOption('--timestamp <text>', 'the value of X-Zendesk-Webhook-Signature-Timestamp')
    .option(
      '--secret <secret>',
      'the signing secret; other users see arguments: prefer HOOKTRAIL_SIGNING_SECRET',
    )
    .option('-w, --webhook <id-or-name>', 'take the secret of this webhook')
    .option('--tolerance <seconds>', 'how old it may be; 0 does not look', wholeNumber(0), 300)
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail verify body.json --webhook orders --signature "$SIGNATURE" --timestamp "$TIMESTAMP"`,
    )
    .action(
      act(async (context, file: string, options: Options) => {
        const secret = await secretOf(context, options);
        const { signature, timestamp, tolerance } = options;
        const { verifySignature } = await import('@hooktrail/sdk/signature');
        const body = await readInput(file, MOST_BYTES);
        const toleranceMs = tolerance === 0 ? Number.MAX_SAFE_INTEGER : tolerance * 1_000;
        await verifySignature({ secret, signature, timestamp, toleranceMs, body });
        context.note('the signature is valid', { valid: true });
      }),
    );
};
