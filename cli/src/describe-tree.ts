import type { Command } from 'commander';
import { EXIT_MEANINGS } from './failures/exit-codes.ts';

/** An option, for programs. */
export interface DescribedOption {
  readonly flags: string;
  readonly description: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly choices?: readonly string[];
}

/** A command, for programs. */
export interface DescribedCommand {
  /** As it is typed, such as `hooktrail jobs list`. */
  readonly command: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly description: string;
    readonly required: boolean;
    readonly variadic: boolean;
  }[];
  readonly options: readonly DescribedOption[];
  readonly examples: readonly string[];
  readonly commands: readonly DescribedCommand[];
}

/** The tree of commands with everything that the help says. */
export function describeTree(program: Command): {
  readonly program: DescribedCommand;
  readonly exitCodes: readonly { readonly code: number; readonly meaning: string }[];
} {
  return {
    program: describe(program, ''),
    exitCodes: EXIT_MEANINGS.map(([code, meaning]) => ({ code, meaning })),
  };
}

function describe(command: Command, before: string): DescribedCommand {
  const name = `${before}${command.name()}`;
  return {
    command: name,
    aliases: command.aliases(),
    summary: command.summary() || command.description(),
    description: command.description(),
    usage: `${name} ${command.usage()}`,
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: argument.description,
      required: argument.required,
      variadic: argument.variadic,
    })),
    options: command.options
      .filter(({ hidden }) => !hidden)
      .map((option) => ({
        flags: option.flags,
        description: option.description,
        required: option.mandatory,
        ...(option.defaultValue !== undefined && { default: option.defaultValue as unknown }),
        ...(option.argChoices && { choices: option.argChoices }),
      })),
    examples: examplesOf(command),
    commands: command.commands
      .filter((one) => !('_hidden' in one && one._hidden === true))
      .map((one) => describe(one, `${name} `)),
  };
}

/** The lines that the help shows after everything else. */
function examplesOf(command: Command): string[] {
  let text = '';
  const kept = command.configureOutput();
  command.configureOutput({ ...kept, writeOut: (part) => (text += part) });
  command.outputHelp();
  command.configureOutput(kept);
  return text
    .split('\n')
    .filter((line) => line.startsWith('  $ '))
    .map((line) => line.slice(4));
}
