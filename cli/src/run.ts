import type { Command } from 'commander';
import { createProgram } from './create-program.ts';
import { CommandFailure } from './failures/command-failure.ts';
import { type DescribedFailure, describeFailure } from './failures/describe-failure.ts';
import { EXIT } from './failures/exit-codes.ts';
import { usageFailure } from './failures/usage-failure.ts';
import { coloursOf } from './output/colours.ts';
import { FORMATS, isJson } from './output/formats.ts';
import { visibleText } from './output/visible-text.ts';
import type { Act } from './session/act.ts';
import { areUtf8 } from './session/are-utf8.ts';
import { colourChoice } from './session/colour-choice.ts';
import { createContext, formatOf } from './session/create-context.ts';
import type { GlobalOptions } from './session/global-options.ts';
import { onlyReads } from './session/only-reads.ts';
import { ownTerminal } from './session/terminal.ts';

/** What commander throws to end; its own type would load it here. */
interface CommanderEnd extends Error {
  readonly code: string;
  readonly exitCode: number;
}

/** Runs the command that the arguments call, and sets the exit code. */
export async function run(argv: readonly string[], version: string): Promise<void> {
  const terminal = ownTerminal();
  let mayEnd = true;
  let ended = false;
  const interruption = new AbortController();
  const stop = (reason: CommandFailure): void => {
    interruption.abort(reason);
    // Whoever reads standard input would wait for its next line. Later, because a question gives the terminal
    // its modes back first.
    setImmediate(() => process.stdin.destroy());
  };
  const interrupt = (): void => {
    // A second one does not wait for what the first one ends, nor any for a pool of idle connections,
    // which keeps the process for seconds after the end.
    if (ended || interruption.signal.aborted) process.exit(EXIT.interrupted);
    stop(new CommandFailure('interrupted', { exitCode: EXIT.interrupted, code: 'Interrupted' }));
  };
  // Words that nobody can read, as on a full disk of logs, change neither the work nor the exit code.
  process.stderr.on('error', () => undefined);
  // The reader has what it wanted, as `head` does. What changes something is not done then: it fails, after
  // it has cleaned up. A full disk is no reader that has enough.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (mayEnd && code === 'EPIPE') process.exit(EXIT.ok);
    const failure = new CommandFailure(`standard output cannot be written (${code})`, {
      exitCode: EXIT.failed,
      code: 'OutputClosed',
      next: nextOf(ended, mayEnd),
    });
    // A write fails later than it is made: nobody waits for the signal any more.
    if (mayEnd || ended) {
      report(describeFailure(failure), argv, program?.opts<GlobalOptions>());
      process.exit(EXIT.failed);
    }
    stop(failure);
  });
  // SIGHUP: the terminal was closed.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const releaseSignals = (): void => {
    for (const one of signals) process.off(one, interrupt);
  };
  for (const one of signals) process.on(one, interrupt);
  // While Node takes itself down it listens no more, and a signal would kill the command: then a script could
  // not tell by the exit code what it did. This ends it with its listeners in place.
  process.once('beforeExit', () => process.exit());

  let program: Command | undefined;
  const act: Act =
    (handler) =>
    async (...args) => {
      const globals = program?.opts<GlobalOptions>() as GlobalOptions;
      const context = createContext(globals, terminal, interruption.signal, releaseSignals);
      mayEnd = onlyReads(args.at(-1) as Command);
      const exitCode = await handler(context, ...(args as never[]));
      process.exitCode ??= exitCode ?? EXIT.ok;
      if (interruption.signal.aborted) interruption.signal.throwIfAborted();
    };

  try {
    // Before the options, which may be among the words to complete.
    if (argv[0] === '__complete') {
      const { printCandidates } = await import('./completion/print-candidates.ts');
      // On Windows PowerShell takes the two dashes for its own.
      const words = argv.slice(argv[1] === '--' ? 2 : 1);
      await printCandidates(await createProgram(version, act, undefined), words);
      return;
    }
    if (argv.includes('--describe')) {
      const { describeTree } = await import('./describe-tree.ts');
      const tree = describeTree(await createProgram(version, act, undefined));
      process.stdout.write(`${JSON.stringify(tree, undefined, 2)}\n`);
      return;
    }
    if (!areUtf8(argv)) throw usageFailure('an argument is not valid UTF-8');
    program = await createProgram(version, act, argv);
    silence(program);
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      process.exitCode = EXIT.usage;
      return;
    }
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    const failure = failureOf(error, interruption.signal);
    if (failure === undefined) return;
    process.exitCode = failure.exitCode;
    report(failure, argv, program?.opts<GlobalOptions>());
  } finally {
    ended = true;
  }
}

/** What changed something may have done so: repeating it could do it twice. */
function nextOf(ended: boolean, onlyReads: boolean): string {
  if (ended) return 'The command did its work, but its output is incomplete.';
  return onlyReads
    ? 'The command ended before it was done: repeat it with a reader that reads to the end.'
    : 'The command may have done its work: look before you repeat it.';
}

/** Errors are printed here, once and in one form. */
function silence(program: Command): void {
  const quiet = { outputError: () => undefined };
  const visit = (command: Command): void => {
    command.configureOutput(quiet).exitOverride();
    for (const one of command.commands) visit(one);
  };
  visit(program);
}

/** Undefined where the end is none, such as that of the help. */
function failureOf(error: unknown, signal: AbortSignal): DescribedFailure | undefined {
  if (isCommanderEnd(error)) {
    if (error.exitCode === 0) return undefined;
    // A group without a command has printed its help.
    if (error.code === 'commander.help') {
      process.exitCode = EXIT.usage;
      return undefined;
    }
    return {
      exitCode: EXIT.usage,
      code: 'Usage',
      message: error.message.replace(/^error: /, ''),
      next: 'hooktrail --help lists the commands, and --help after a command its options.',
    };
  }
  if (signal.aborted && !(error instanceof CommandFailure)) return describeFailure(signal.reason);
  return describeFailure(error);
}

function report(
  { exitCode, code, message, requestId, next, stack }: DescribedFailure,
  argv: readonly string[],
  globals: GlobalOptions | undefined,
): void {
  const terminal = ownTerminal();
  // Usage errors come before the options are complete.
  const output = globals?.output ?? outputOf(argv);
  const options = { ...globals, ...(output !== undefined && { output }) } as GlobalOptions;
  if (isJson(formatOf(options, terminal))) {
    const error = { code, message, request_id: requestId, next, exit_code: exitCode };
    process.stderr.write(`${JSON.stringify({ error })}\n`);
    return;
  }
  const { red, dim } = coloursOf(colourChoice(options), terminal.environment, terminal.showsWords);
  const id = requestId === undefined ? '' : ` (request id ${requestId})`;
  process.stderr.write(`${red('error:')} ${visibleText(message)}${id}\n`);
  if (next !== undefined) process.stderr.write(`${visibleText(next)}\n`);
  if (stack !== undefined) process.stderr.write(`${dim(stack)}\n`);
}

function outputOf(argv: readonly string[]): GlobalOptions['output'] | undefined {
  const at = argv.findIndex((one) => one === '--output' || one === '-o');
  const text = at >= 0 ? argv[at + 1] : argv.find((one) => one.startsWith('--output='))?.slice(9);
  return FORMATS.find((format) => format === text);
}

function isCommanderEnd(error: unknown): error is CommanderEnd {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}
