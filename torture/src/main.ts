import { writeFile } from 'node:fs/promises';
import { describeMachine } from '@hooktrail/harness/describe-machine';
import { machineLine } from '@hooktrail/harness/machine-line';
import { UsageError } from '@hooktrail/harness/usage-error';
import { openBooks } from './books/books.ts';
import { readOptions, USAGE } from './read-options.ts';
import { formatTable, formatVerdicts } from './report/format-report.ts';
import { runTorture } from './run-torture.ts';
import { createStage } from './stage/stage.ts';

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Resolves to the exit status: 1 when a promise was broken. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { minutes, nodes, processes, seed, sources } = options;
  const again = `npm run torture -- --minutes ${minutes} --nodes ${nodes} --processes ${processes} --seed ${seed}${sources > 0 ? ` --sources ${sources}` : ''}`;
  tell(again);
  const books = openBooks();
  const stageHand = createStage(books, options);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Keeps listening: npm sends a copy of Ctrl-C, which would end this process immediately.
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      tell('stopping ...');
      // Exits as soon as everything is cleared: what fails meanwhile fails for lack of nodes.
      void stageHand.clear().finally(() => process.exit(1));
    });
  }
  try {
    const stage = await stageHand.setUp();
    const [version] = await stage.postgres.sql<{ server_version: string }>('show server_version');
    const machine = describeMachine(version?.server_version ?? 'unknown');
    const result = await runTorture(stage, books, options, tell);
    const table = formatTable([
      ['faults injected', result.faults],
      ['figures found', result.figures],
      [
        'the run',
        [
          ['minutes of faults', minutes],
          ['nodes', nodes],
          ['seed', String(seed)],
        ],
      ],
    ]);
    const notes = result.notes.length === 0 ? [] : [result.notes.join('\n')];
    const texts = [table, formatVerdicts(result.verdicts), ...notes];
    process.stdout.write(`\n${texts.join('\n\n')}\n\n${again}\n${machineLine(machine)}\n`);
    if (options.json !== undefined) {
      const { faults, figures, notes, verdicts } = result;
      const written = {
        date: new Date().toISOString(),
        ...{ machine, minutes, nodes, seed },
        faults: Object.fromEntries(faults),
        figures: Object.fromEntries(figures),
        ...{ verdicts, notes },
      };
      await writeFile(options.json, `${JSON.stringify(written, undefined, 2)}\n`);
    }
    return result.verdicts.some(({ broken }) => broken.length > 0) ? 1 : 0;
  } finally {
    await stageHand.clear();
  }
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`torture: ${explain(error)}\n`);
    // Everything is cleared; a track that waits for what is gone would keep the process.
    process.exit(1);
  },
);

function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}
