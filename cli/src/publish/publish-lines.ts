import { isUtf8 } from 'node:buffer';
import type { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { type DescribedFailure, describeFailure } from '../failures/describe-failure.ts';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import { linesOf } from '../input/lines-of.ts';
import { counted } from '../output/counted.ts';
import type { Context } from '../session/context.ts';
import { createProgress } from '../session/create-progress.ts';
import { publishedView } from '../views/published-view.ts';

/** What one request of the API takes, with room for brackets and commas. */
const MOST_EVENTS = 1_000;
const MOST_BYTES = 5 * 1024 * 1024 - 4_096;

interface Line {
  readonly number: number;
  readonly text: string;
}

interface Result {
  readonly error?: unknown;
}

/**
 * Publishes the lines of a file in batches, each line byte for byte. Prints a row for each line that was
 * refused, and for all of them where the output is for programs.
 *
 * @returns 7 when lines were refused
 */
export async function publishLines(
  context: Context,
  path: string,
  firstLine: number,
): Promise<ExitCode> {
  const hooktrail = await context.hooktrail();
  const progress = createProgress(context, 'events');
  const isForPeople = context.printer.format === 'table' || context.printer.format === 'wide';
  let done = 0;
  let refused = 0;
  let next = firstLine;
  let isRepeatable = true;

  async function* rows(): AsyncGenerator<object, void, undefined> {
    for await (const batch of batchesOf(path, firstLine)) {
      // Only an event with an id is recognised when it comes again.
      const haveIds = batch.every(({ text }) => hasId(text));
      isRepeatable &&= haveIds;
      let results: readonly Result[];
      try {
        results = await send(hooktrail, batch, haveIds, context.signal);
      } catch (error) {
        if (context.signal.aborted) throw error;
        const failure = describeFailure(error);
        const exitCode = exitOf(failure.exitCode, done, isRepeatable);
        throw goesOn({ ...failure, exitCode }, next, done);
      }
      done += batch.length;
      next = (batch.at(-1) as Line).number + 1;
      progress.at(done);
      for (const [at, result] of results.entries()) {
        if (result.error !== undefined) refused++;
        else if (isForPeople) continue;
        yield { line: batch[at]?.number, ...result };
      }
    }
  }

  try {
    await context.printer.list(rows(), publishedView);
  } catch (error) {
    // An interruption and a reader that is gone have exit codes of their own, wherever they catch the command.
    if (!context.signal.aborted) throw error;
    throw goesOn(describeFailure(context.signal.reason), next, done);
  } finally {
    progress.end();
  }
  context.note(`${done - refused} of ${counted(done, 'event')} published, ${refused} refused`, {
    published: done - refused,
    refused,
  });
  if (refused === 0) return EXIT.ok;
  return refused === done ? EXIT.refused : EXIT.partly;
}

/** The batch goes out as text: numbers that JavaScript would round stay as they are. */
async function send(
  hooktrail: Hooktrail,
  batch: readonly Line[],
  idempotent: boolean,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const answer = await hooktrail.request<{ results?: Result[] } | undefined>(
    {
      method: 'POST',
      path: '/v1/events/batch',
      rawBody: `[${batch.map(({ text }) => text).join(',')}]`,
      idempotent,
    },
    { signal },
  );
  const results = answer?.results;
  if (Array.isArray(results)) return results;
  throw new CommandFailure('something else than Hooktrail answered: the answer has no results', {
    exitCode: EXIT.network,
    code: 'UnexpectedAnswer',
  });
}

async function* batchesOf(
  path: string,
  firstLine: number,
): AsyncGenerator<Line[], void, undefined> {
  let batch: Line[] = [];
  let bytes = 0;
  let number = 0;
  for await (const bytesOfLine of linesOf(path)) {
    number++;
    if (number < firstLine) continue;
    const text = isUtf8(bytesOfLine) ? bytesOfLine.toString('utf8') : undefined;
    if (text?.trim() === '') continue;
    // A broken line would break its whole batch, and the server could not say which it was.
    if (text === undefined || !isObject(text)) {
      if (batch.length > 0) yield batch;
      throw new CommandFailure(
        `line ${number} is not ${text === undefined ? 'valid UTF-8' : 'a JSON object'}`,
        {
          exitCode: number > firstLine ? EXIT.partly : EXIT.usage,
          code: 'MalformedLine',
          next: `The lines before it are published. Fix it, and go on with --from-line ${number}`,
        },
      );
    }
    const length = bytesOfLine.length + 1;
    if (batch.length === MOST_EVENTS || bytes + length > MOST_BYTES) {
      if (batch.length > 0) yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ number, text });
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const hasId = (text: string): boolean => Boolean((JSON.parse(text) as { id?: unknown }).id);

/** Says from which line the file goes on. */
function goesOn(failure: DescribedFailure, line: number, done: number): CommandFailure {
  return new CommandFailure(failure.message, {
    ...failure,
    next: `${counted(done, 'event')} published. Go on with --from-line ${line}; the batch of that line may be published too, unless its events have an "id"`,
  });
}

/** 6 says that repeating the whole command is safe: it is not where lines without an id were sent. */
function exitOf(exitCode: ExitCode, done: number, isRepeatable: boolean): ExitCode {
  if (exitCode === EXIT.network) return isRepeatable ? exitCode : EXIT.partly;
  return done > 0 ? EXIT.partly : exitCode;
}
