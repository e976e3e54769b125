import type { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { applyChange } from '../configuration/apply-change.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { parseConfiguration } from '../configuration/parse-configuration.ts';
import { passphraseOf } from '../configuration/passphrase-of.ts';
import { type Change, planChanges } from '../configuration/plan-changes.ts';
import { readState } from '../configuration/read-state.ts';
import { openSecrets, sealSecrets } from '../configuration/seal-secrets.ts';
import { CommandFailure } from '../failures/command-failure.ts';
import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { readInput } from '../input/read-input.ts';
import { counted } from '../output/counted.ts';
import type { AddCommand } from '../session/act.ts';
import { changeView } from '../views/change-view.ts';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly yes?: boolean;
}

/** 10,000 webhooks with long descriptions. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Webhooks, rules, keys and saved views as a file. */
export const config: AddCommand = (parent, act) => {
  const group = parent
    .command('config')
    .description(
      'Webhooks with their rules, keys and saved views as YAML: for a repository, and to carry them to another server. Names tell webhooks apart.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail config export > hooktrail.yaml
  $ hooktrail config import hooktrail.yaml --dry-run
  $ hooktrail config import hooktrail.yaml --prune --yes --profile production`,
    );

  group
    .command('export')
    .description(
      'Prints the configuration. Signing secrets and custom headers are part of it with --secrets only, encrypted with a passphrase. Passwords and tokens of "authentication" never are; POST /v1/webhooks/{id}/reveal shows them.',
    )
    .option(
      '--secrets',
      'add them, encrypted with HOOKTRAIL_PASSPHRASE or a passphrase that it asks for',
    )
    .action(
      act(async (context, { secrets }: { readonly secrets?: boolean }) => {
        const passphrase = secrets === true ? await passphraseOf(context, true) : undefined;
        const hooktrail = await context.hooktrail();
        const state = await readState(context, hooktrail, secrets === true);
        const ofWebhooks = state.webhooks.flatMap((one) =>
          one.secrets === undefined ? [] : [[one.name, one.secrets] as const],
        );
        const file: Configuration = {
          version: 1,
          account: state.account,
          keys: state.keys,
          webhooks: state.webhooks.map(({ id: _id, secrets: _secrets, ...webhook }) => webhook),
          views: state.views.map(({ id: _id, ...view }) => view),
          ...(passphrase !== undefined && {
            secrets: sealSecrets(Object.fromEntries(ofWebhooks), passphrase),
          }),
        };
        const { stringify } = await import('yaml');
        await context.printer.text(stringify(file, { aliasDuplicateObjects: false }));
      }),
    );

  group
    .command('import')
    .description(
      'Makes the server have what a file says, and prints each change. A second import changes nothing. Passwords and tokens of "authentication" are not compared: they are sent when another part of it changes. What the file does not name stays, unless --prune deletes it.',
    )
    .argument('<file>', 'a file of `config export`; - is standard input')
    .option('--dry-run', 'print the changes, and make none')
    .option('--prune', 'delete webhooks and views that the file does not have')
    .option('-y, --yes', 'do not ask')
    .action(
      act(async (context, path: string, { dryRun, prune, yes }: ImportOptions) => {
        const { printer, signal } = context;
        const wanted = parseConfiguration(
          await readInput(path, MOST_BYTES),
          path === '-' ? 'standard input' : path,
        );
        const secrets =
          wanted.secrets === undefined
            ? {}
            : openSecrets(wanted.secrets, await passphraseOf(context, false));
        const hooktrail = await context.hooktrail();
        const state = await readState(context, hooktrail, wanted.secrets !== undefined);
        const changes = planChanges(state, wanted, secrets, prune === true);
        if (dryRun === true || changes.length === 0) {
          await printer.list(changes.map(shown), changeView);
          context.note(counted(changes.length, 'change'), {
            changes: changes.length,
          });
          return EXIT.ok;
        }
        const deleted = changes.filter(({ action }) => action === 'delete').length;
        if (changes.length > 1 || deleted > 0) {
          await context.confirm(
            `Make ${counted(changes.length, 'change')}${deleted === 0 ? '' : `, including ${counted(deleted, 'deletion')}`}?`,
            yes,
          );
        }
        await printer.list(make(hooktrail, changes, signal), changeView, true);
        return EXIT.ok;
      }),
    );
};

/** Makes the changes in turn; each is printed when it is made. */
async function* make(
  hooktrail: Hooktrail,
  changes: readonly Change[],
  signal: AbortSignal,
): AsyncGenerator<object, void, undefined> {
  for (const [made, change] of changes.entries()) {
    try {
      await applyChange(hooktrail, change, signal);
    } catch (error) {
      const fix = signal.aborted ? 'Import' : 'Fix it, and import';
      const failure = describeFailure(error);
      throw new CommandFailure(`${change.kind} "${change.name}": ${failure.message}`, {
        ...failure,
        exitCode: made > 0 && !signal.aborted ? EXIT.partly : failure.exitCode,
        next: `${made} of ${counted(changes.length, 'change')} made. ${fix} the file again: it goes on there.`,
      });
    }
    yield shown(change);
  }
}

const shown = ({ action, kind, name, fields }: Change): object => ({ action, kind, name, fields });
