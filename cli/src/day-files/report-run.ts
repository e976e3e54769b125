import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import type { Context } from '../session/context.ts';
import { archiveRunView } from '../views/archive-run-view.ts';
import type { ArchiveRun } from './archive-run.ts';
import { countWanted } from './count-wanted.ts';
import { GAPS, type KeptGap } from './gap-line.ts';

/** The first gaps are said in words; all of them are in their file. */
const MOST_SAID = 20;

/** Says what a run has done and what was missed, in words and by the exit code. */
export async function reportRun(context: Context, run: ArchiveRun): Promise<ExitCode> {
  const { folder, problems } = run;
  const { lostBodies, reportedGaps } = folder.state;
  const gaps: KeptGap[] = [];
  let gapsCount = 0;
  for await (const line of folder.lines(GAPS, reportedGaps)) {
    gapsCount++;
    if (gaps.length < MOST_SAID) gaps.push(JSON.parse(line) as KeptGap);
  }
  for (const gap of gaps) {
    const { from, reason, to, webhook } = gap;
    context.note(
      `gap of webhook "${webhook}": ${from} to ${to}, ${reason}. What finished then is unknown`,
      { gap },
    );
  }
  if (gapsCount > gaps.length) {
    const rest = gapsCount - gaps.length;
    context.note(`${rest} more gaps are in ${folder.path}/${GAPS}`, { gaps: rest });
  }
  if (lostBodies > 0) {
    context.note(`${lostBodies} requests were lost: the service does not have them any more`, {
      bodies_lost: lostBodies,
    });
  }
  const { disbelievedMs } = run.reader;
  if (disbelievedMs !== undefined) {
    const seconds = Math.round(disbelievedMs / 1_000);
    const isAhead = seconds > 0;
    context.note(
      `the Date of the service is ${Math.abs(seconds)} s ${isAhead ? 'ahead of' : 'behind'} the clock of this ` +
        'machine, and is not believed: the times of this run are of this machine. Set its clock if that is wrong',
      { clock_off_ms: disbelievedMs },
    );
  }
  for (const problem of problems) context.note(problem, { problem });
  const waiting = await countWanted(folder);
  if (waiting > 0) {
    context.note(`${waiting} invocations wait for their bodies: the next run fetches them`, {
      bodies_missing: waiting,
    });
  }
  const open = Object.values(folder.state.webhooks).filter(({ ended }) => !ended);
  const unread = open.filter(({ walk, watermarkMs }) => walk !== null || watermarkMs === null);
  if (unread.length > 0) {
    context.note(`${unread.length} logs are not read to their end: the next run goes on`, {
      logs_unread: unread.length,
    });
  }
  const isRead = open.every(({ watermarkMs }) => watermarkMs !== null);
  await context.printer.one(
    {
      folder: folder.path,
      ...(isRead &&
        open.length > 0 && {
          completeUntil: new Date(Math.min(...open.map(({ watermarkMs }) => watermarkMs ?? 0))),
        }),
      webhooks: open.length,
      rows: run.done.rows,
      lateRows: run.done.lateRows,
      attempts: run.done.attempts,
      bodiesMissing: waiting,
      bodiesLost: lostBodies,
      gaps: gapsCount,
      requests: run.reader.requests,
    },
    archiveRunView,
  );
  // Last: a run that is killed before has the next one say it.
  await folder.commit(new Map(), {
    ...folder.state,
    reportedGaps: folder.lengthOf(GAPS),
    lostBodies: 0,
  });
  if (gapsCount > 0 || lostBodies > 0) return EXIT.partly;
  return problems.length > 0 ? EXIT.network : EXIT.ok;
}
