import { Command, Option } from 'commander';
import { COMMANDS, type ListedCommand } from './command-list.ts';
import { EXIT_MEANINGS } from './failures/exit-codes.ts';
import { wholeNumber } from './input/whole-number.ts';
import { COLOUR_CHOICES } from './output/colours.ts';
import { FORMATS } from './output/formats.ts';
import type { Act } from './session/act.ts';

const DESCRIPTION =
  'Hooktrail delivers webhooks and keeps the complete trail of them. An invocation is one event bound for one webhook; an attempt is one HTTP request of it. Data goes to standard output and words to standard error; off a terminal the data is NDJSON with the names of the API.';

const EXAMPLES = `
Examples:
  $ hooktrail start                                    # a node, with its own PostgreSQL
  $ hooktrail login                                    # store its URL and token
  $ hooktrail problems                                 # what is wrong now
  $ hooktrail invocations status:failed,timeout since:2h
  $ hooktrail why 01M8HTAW2PZRKB1HMA9YE1PR53
  $ hooktrail replay state:undelivered since:1h --dry-run`;

/**
 * Creates the program. The commands that `argv` may call are added with their options, and the others
 * with a name and a line for the help; all of them without `argv`.
 */
export async function createProgram(
  version: string,
  act: Act,
  argv: readonly string[] | undefined,
): Promise<Command> {
  const program = new Command('hooktrail')
    .description(DESCRIPTION)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print the help')
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .option('--url <url>', 'the server; or HOOKTRAIL_URL, or that of the profile')
    .option(
      '--token <token>',
      'the token; HOOKTRAIL_TOKEN or a profile hides it from other users, who see arguments',
    )
    .option('--profile <name>', 'a profile of `hooktrail login`; or HOOKTRAIL_PROFILE')
    .option('--zendesk <subdomain>', 'a Zendesk account instead, with ZENDESK_* of the environment')
    .addOption(
      new Option(
        '-o, --output <format>',
        'the form of the output: a table on a terminal, NDJSON off it',
      ).choices(FORMATS),
    )
    .option('--columns <names>', 'only these columns, with commas, such as id,webhook.name')
    .option('--no-headers', 'leave out the line of titles')
    .addOption(
      new Option('--color [when]', 'colours: on a terminal unless NO_COLOR is set')
        .choices(COLOUR_CHOICES)
        .default('auto')
        .preset('always'),
    )
    .option('--timeout <seconds>', 'how long one request may take', wholeNumber(1, 86_400), 30)
    .option('--describe', 'print the tree of commands as JSON')
    .addHelpText('after', () => `${EXAMPLES}\n\n${exitCodes()}`);

  program.addHelpCommand('help [command]', 'print the help of a command');
  const called = argv === undefined ? undefined : calledBy(argv);
  for (const listed of COMMANDS) {
    if (called === undefined || called.has(listed)) {
      (await listed.load())(program, act);
      program.commands.at(-1)?.summary(listed.summary);
    } else addStub(program, listed);
  }
  return program;
}

/** Of the program itself: what follows is a value, and no command. */
const WITH_VALUE = /^(?:--(?:url|token|profile|zendesk|output|columns|timeout)|-o)$/;

/**
 * The command that the first word names which is neither an option nor its value; with `help` the one
 * after it.
 */
function calledBy(argv: readonly string[]): ReadonlySet<ListedCommand> {
  const words = argv.filter((word, at) => {
    const before = argv[at - 1] ?? '';
    const isColour = before === '--color' && COLOUR_CHOICES.some((choice) => choice === word);
    return !word.startsWith('-') && !isColour && !WITH_VALUE.test(before);
  });
  const [word] = words[0] === 'help' ? words.slice(1) : words;
  return new Set(
    COMMANDS.filter(({ name, alias }) => word === name || (alias !== undefined && word === alias)),
  );
}

function addStub(program: Command, { name, alias, summary }: ListedCommand): void {
  const stub = program.command(name).summary(summary).description(summary);
  if (alias !== undefined) stub.alias(alias);
}

function exitCodes(): string {
  const lines = EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`);
  return `Exit codes:\n${lines.join('\n')}`;
}
