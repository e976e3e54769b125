import { Argument } from 'commander';
import { COMPLETION_SCRIPTS, SHELLS } from '../completion/completion-scripts.ts';
import type { AddCommand } from '../session/act.ts';

/** Prints what makes a shell complete. */
export const completion: AddCommand = (parent, act) => {
  parent
    .command('completion')
    .description(
      'Prints a script that makes a shell complete commands, options, profiles, and the names of webhooks of the server.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(hooktrail completion bash)                                      # in ~/.bashrc
  $ source <(hooktrail completion zsh)                                       # in ~/.zshrc, after compinit
  $ hooktrail completion fish > ~/.config/fish/completions/hooktrail.fish
  $ hooktrail completion powershell | Out-String | Invoke-Expression         # in $PROFILE`,
    )
    .action(
      act(async (context, shell: (typeof SHELLS)[number]) => {
        await context.printer.text(COMPLETION_SCRIPTS[shell]);
      }),
    );
};
