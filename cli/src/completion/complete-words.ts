import type { Command, Option } from 'commander';

/** A candidate, and a line about it. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** Names that are not in the tree of commands. */
export interface CompletionNames {
  readonly profiles: () => Promise<readonly string[]>;
  /** Of webhooks whose name contains the text. */
  readonly webhooks: (part: string) => Promise<readonly string[]>;
  /** Of event types that have a sample. */
  readonly eventTypes: () => Promise<readonly string[]>;
}

/** The candidates for the last of the words. */
export async function completeWords(
  program: Command,
  words: readonly string[],
  names: CompletionNames,
): Promise<readonly Candidate[]> {
  const before = words.slice(0, -1);
  // PowerShell drops an empty argument or passes it as two quotes, by version and setting.
  const last = words.at(-1) ?? '';
  const word = last === '""' ? '' : last;
  const { command, operands, open } = follow(program, before);
  const found = open === undefined ? undefined : await valuesOf(open, word, names);
  return (found ?? (await othersOf(program, command, operands, word, names))).filter(({ value }) =>
    value.toLowerCase().startsWith(word.toLowerCase()),
  );
}

interface Place {
  readonly command: Command;
  /** How many arguments the command has already. */
  readonly operands: number;
  /** The option whose value the last word is. */
  readonly open: Option | undefined;
}

function follow(program: Command, before: readonly string[]): Place {
  let command = program;
  let operands = 0;
  let open: Option | undefined;
  for (const word of before) {
    if (open !== undefined) {
      open = undefined;
    } else if (word.startsWith('-')) {
      const option = [...command.options, ...program.options].find(
        ({ long, short }) => word === long || word === short,
      );
      if (option?.required === true) open = option;
    } else {
      const next = command.commands.find(
        (one) => one.name() === word || one.aliases().includes(word),
      );
      if (next === undefined) operands++;
      else command = next;
    }
  }
  return { command, operands, open };
}

async function valuesOf(
  option: Option,
  word: string,
  names: CompletionNames,
): Promise<readonly Candidate[]> {
  if (option.argChoices) return option.argChoices.map((value) => ({ value, about: '' }));
  const name = option.attributeName();
  if (name === 'profile') return plain(await names.profiles(), 'profile');
  if (name === 'webhook' || name === 'to') return plain(await names.webhooks(word), 'webhook');
  return [];
}

async function othersOf(
  program: Command,
  command: Command,
  operands: number,
  word: string,
  names: CompletionNames,
): Promise<readonly Candidate[]> {
  if (word.startsWith('-')) {
    return [...command.options, ...(command === program ? [] : program.options)]
      .filter(({ hidden }) => !hidden)
      .map(({ long, short, description }) => ({ value: long ?? short ?? '', about: description }));
  }
  if (command.commands.length > 0) {
    return command.commands
      .filter((one) => !one.name().startsWith('_'))
      .map((one) => ({ value: one.name(), about: one.summary() || one.description() }));
  }
  const { registeredArguments: all } = command;
  const argument = all[operands] ?? (all.at(-1)?.variadic === true ? all.at(-1) : undefined);
  if (argument?.argChoices) return plain(argument.argChoices, '');
  if (argument?.name() === 'webhook') return plain(await names.webhooks(word), 'webhook');
  if (argument?.name() === 'event-type') return plain(await names.eventTypes(), 'event type');
  if (argument?.name() === 'profile') return plain(await names.profiles(), 'profile');
  return [];
}

const plain = (values: readonly string[], about: string): readonly Candidate[] =>
  values.map((value) => ({ value, about }));
