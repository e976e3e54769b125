import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine, type Machine } from '@hooktrail/harness/describe-machine';
import { machineLine } from '@hooktrail/harness/machine-line';
import { UsageError } from '@hooktrail/harness/usage-error';
import type { Scenario } from './model/scenario.ts';
import { type Options, readOptions, USAGE } from './read-options.ts';
import { formatTable } from './report/format-table.ts';
import { type Summary, summarize } from './report/summary.ts';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { fillOldDays } from './stage/fill-old-days.ts';
import { makeTemplate, type Template } from './stage/make-template.ts';
import { type Stage, startStage } from './stage/stage.ts';

const RESULTS = fileURLToPath(new URL('../results', import.meta.url));

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const chosen = choose(options.names);
  const resultsDir = options.resultsDir ?? RESULTS;
  await mkdir(resultsDir, { recursive: true });

  const stages = keepStages(options, resultsDir);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Keeps listening: npm sends a copy of Ctrl-C, which would end this process immediately.
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      tell('stopping ...');
      void stages.end().finally(() => process.exit(1));
    });
  }

  const lines: Summary[] = [];
  const notes: string[] = [];
  let machine: Machine | undefined;
  try {
    for (const scenario of chosen) {
      tell(`${scenario.name} ...`);
      const stage = await stages.next(scenario);
      // Before the load, whose writes in the disk's queue would slow the measured one down.
      machine ??= describeMachine(await stage.trail.version());
      const arms = await runScenario(scenario, stage, options.sizes, tell);
      const summaries = summarize(arms);
      lines.push(...summaries);
      const together = scenario.notes?.(arms) ?? [];
      notes.push(
        ...arms.flatMap(({ runs }) => runs.flatMap(({ note }) => note ?? [])),
        ...together,
      );
      const result = {
        scenario: scenario.name,
        date: new Date().toISOString(),
        machine,
        sizes: options.sizes,
        summary: summaries,
        notes: together,
        arms,
      };
      const path = join(resultsDir, `${scenario.name}.json`);
      await writeFile(path, `${JSON.stringify(result, undefined, 2)}\n`);
    }
  } finally {
    await stages.end();
  }
  const texts = [formatTable(lines), ...notes, ...(machine ? [machineLine(machine)] : [])];
  process.stdout.write(`\n${texts.join('\n\n')}\n`);
}

function choose(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) return SCENARIOS;
  return names.map((name) => {
    const scenario = SCENARIOS.find((known) => known.name === name);
    if (scenario !== undefined) return scenario;
    throw new UsageError(
      `there is no scenario ${name}, but ${SCENARIOS.map((known) => known.name).join(', ')}`,
    );
  });
}

/**
 * Starts a new stage for each scenario, unless it reuses that of the one before; with `--smoke` all
 * share one stage.
 */
function keepStages(options: Options, resultsDir: string) {
  /** Also while it starts, so that a signal finds it then. */
  let stage: Promise<Stage> | undefined;
  let before: string | undefined;
  /** Also while it is made. */
  let template: Promise<Template> | undefined;
  const { eventBytes, oldDays, oldInvocations, webhooks } = options.sizes;
  const old = { days: oldDays, invocationsADay: oldInvocations, webhooks, eventBytes };
  async function start(): Promise<Stage> {
    const profileDir = options.profile ? resultsDir : undefined;
    const filled = oldInvocations > 0;
    if (filled && !options.smoke && template === undefined) {
      tell('filling the days that every server begins with ...');
      template = makeTemplate(old);
    }
    const started = await startStage({ profileDir, template: (await template)?.dir });
    try {
      // One stage needs no copy.
      if (filled && options.smoke) await fillOldDays(started, old);
      await started.trail.useLog(options.sizes.logSegments);
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }
  async function stop(): Promise<void> {
    const started = await stage?.catch(() => undefined);
    const warnings = (await started?.stop()) ?? [];
    stage = undefined;
    if (warnings.length > 0) {
      tell(`the server logged ${warnings.length} warnings, the first:\n${warnings[0]}`);
    }
  }
  return {
    /** Stops the stage, and removes what others would begin with. */
    async end(): Promise<void> {
      await stop();
      await (await template?.catch(() => undefined))?.remove();
      template = undefined;
    },
    async next({ name, after }: Scenario): Promise<Stage> {
      const goesOn = options.smoke || (after !== undefined && after === before);
      if (!goesOn) await stop();
      before = name;
      if (stage === undefined) {
        stage = start();
      }
      return stage;
    },
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${explain(error)}\n`);
  process.exitCode = 1;
});

function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}
