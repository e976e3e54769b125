import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from './command-list.ts';
import { createProgram } from './create-program.ts';
import { type DescribedCommand, type DescribedOption, describeTree } from './describe-tree.ts';

const PAGE = '../../docs/cli.md';
const page = readFileSync(new URL(PAGE, import.meta.url), 'utf8');
const program = await createProgram('0.0.0', () => async () => undefined, undefined);
const tree = describeTree(program);

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
const text = (words: string) => words.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const optionsTable = (options: readonly DescribedOption[]): string =>
  options.length === 0
    ? ''
    : `\n\n| Option | |\n|---|---|\n${options
        .map((option) => {
          const choices = option.choices === undefined ? '' : `: ${option.choices.join(', ')}`;
          const standard =
            option.default === undefined || typeof option.default === 'boolean'
              ? ''
              : `; default ${String(option.default as number)}`;
          return `| ${code(option.flags)} | ${text(option.description)}${choices}${standard} |`;
        })
        .join('\n')}`;

const argumentsOf = (command: DescribedCommand): string =>
  command.arguments.length === 0
    ? ''
    : `\n\n${command.arguments
        .map(({ name, description }) => `- ${code(name)}: ${text(description)}`)
        .join('\n')}`;

const section = (command: DescribedCommand, level: number): string => {
  const { description, examples, options, commands, usage } = command;
  const shown = examples.length === 0 ? '' : `\n\n\`\`\`sh\n${examples.join('\n')}\n\`\`\``;
  const inside = commands.map((one) => `\n\n${section(one, level + 1)}`).join('');
  const names = [command.command, ...command.aliases.map((one) => `hooktrail ${one}`)];
  const how = commands.length > 0 ? '' : `\n\n    ${usage}`;
  return `${'#'.repeat(level)} ${names.join(', ')}${how}\n\n${text(description)}${shown}${argumentsOf(command)}${optionsTable(options)}${inside}`;
};

const parts = {
  'exit codes': `| Code | |\n|---|---|\n${tree.exitCodes
    .map(({ code: number, meaning }) => `| ${number} | ${meaning} |`)
    .join('\n')}`,
  'global options': optionsTable(tree.program.options).trim(),
  commands: tree.program.commands
    .filter(({ command }) => command !== 'hooktrail help')
    .map((command) => section(command, 3))
    .join('\n\n'),
};

test('docs/cli.md has every command, as the help has it', async () => {
  const generated = Object.entries(parts).reduce(
    (all, [name, part]) =>
      all.replace(
        new RegExp(`<!-- ${name} -->[^]*?<!-- end -->`),
        () => `<!-- ${name} -->\n${part}\n<!-- end -->`,
      ),
    page,
  );
  await expect(generated).toMatchFileSnapshot(PAGE);
});

test('every command is listed under its own name, with a description and examples', () => {
  expect(program.commands.map((command) => command.name())).toEqual(
    COMMANDS.map(({ name }) => name),
  );
  for (const command of tree.program.commands) {
    expect(command.summary, command.command).not.toBe('');
    expect(command.description, command.command).not.toBe('');
    expect(command.examples, command.command).not.toEqual([]);
    for (const one of command.commands) expect(one.description, one.command).not.toBe('');
  }
});
