import { type Books, count } from './books/books.ts';
import { checkAll, type Verdict } from './checks/check-all.ts';
import { checkCounters } from './checks/check-counters.ts';
import { checkIdle } from './checks/check-idle.ts';
import { ENOUGH_DEATHS } from './checks/enough-deaths.ts';
import type { Evidence } from './checks/evidence.ts';
import type { Options } from './read-options.ts';
import { type Figures, figuresOf } from './report/figures.ts';
import type { Stage } from './stage/stage.ts';
import { countCalmly } from './steps/count-calmly.ts';
import { finish } from './steps/finish.ts';
import { inflict } from './steps/inflict.ts';
import { killMore } from './steps/kill-more.ts';
import { publishBacklog } from './steps/publish-backlog.ts';
import { readCounts } from './steps/read-counts.ts';
import { readJobs } from './steps/read-jobs.ts';
import { readLists } from './steps/read-lists.ts';
import { readRemotes } from './steps/read-remotes.ts';
import { replayLosses } from './steps/replay-losses.ts';
import { watchIdle } from './steps/watch-idle.ts';

/** What the run found. */
export interface Result {
  /** How often each fault was injected, by name. */
  readonly faults: readonly (readonly [name: string, times: number])[];
  readonly figures: Figures;
  readonly verdicts: readonly Verdict[];
  /** Errors that the nodes logged; they break no promise by themselves. */
  readonly notes: readonly string[];
}

/** Injects faults, lets everything finish, and compares the books with the trail. */
export async function runTorture(
  stage: Stage,
  books: Books,
  options: Options,
  tell: (text: string) => void,
): Promise<Result> {
  tell(`publishing and injecting faults for ${options.minutes} min ...`);
  await publishBacklog(stage, books, options.minutes);
  const losses = replayLosses(stage, books, options.seed);
  const nodeMinutes = options.minutes * options.nodes;
  try {
    await inflict(stage, books, options);
    if (nodeMinutes >= ENOUGH_DEATHS.nodeMinutes) {
      await killMore(stage, books, ENOUGH_DEATHS.deaths);
    }
    await stage.endpoints.backlog.behave('ok');
    tell('letting everything finish ...');
    await losses.end();
  } finally {
    losses.stop();
  }
  const { tookMs } = await finish(stage.trail);
  const calm = await countCalmly(stage, books, options);
  tell('checking ...');
  const evidence: Evidence = {
    books,
    trail: await stage.trail.read(),
    lists: await readLists(
      (stage.nodes[0] as Stage['nodes'][number]).url,
      stage.audience.webhookIds,
    ),
    counts: await readCounts((stage.nodes[0] as Stage['nodes'][number]).url),
    jobs: await readJobs((stage.nodes[0] as Stage['nodes'][number]).url),
    remotes: await readRemotes(stage),
    copies: stage.audience.copies,
    backlogged: stage.audience.backlogged,
    nodeMinutes,
  };
  const idle = await watchIdle(stage);
  const faults = new Map<string, number>();
  for (const { name } of books.faults) count(faults, name);
  return {
    faults: [...faults].sort(([a], [b]) => a.localeCompare(b)),
    figures: figuresOf(evidence, idle, tookMs),
    verdicts: [
      ...checkAll(evidence),
      { promise: 'without faults, nodes count what the books have', broken: checkCounters(calm) },
      {
        promise: 'afterwards, idle nodes are idle',
        broken: checkIdle(idle, options.processes),
      },
    ],
    notes: stage.nodes.flatMap(({ errors, number }) =>
      [...errors].map(([message, times]) => `node ${number} logged ${times} times: ${message}`),
    ),
  };
}
