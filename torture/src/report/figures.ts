import { idTimeMs } from '@hooktrail/server/ids';
import { count } from '../books/books.ts';
import type { JobAtTheEnd } from '../books/trail-rows.ts';
import { backlogOf } from '../checks/backlog-of.ts';
import type { IdleFigures } from '../checks/check-idle.ts';
import type { Evidence } from '../checks/evidence.ts';
import { isExhausted } from '../checks/exhausted.ts';
import { findRepeats } from '../checks/find-repeats.ts';
import { matchAttempts } from '../checks/match-attempts.ts';

/** What the run counted, with the names and the order of the table. */
export type Figures = readonly (readonly [name: string, value: number | string])[];

/** Counts what the report shows. */
export function figuresOf(evidence: Evidence, idle: IdleFigures, finishedAfterMs: number): Figures {
  const { books, trail } = evidence;
  const backlog = backlogOf(evidence);
  const answers = (name: string) => books.answers.get(name) ?? 0;
  const publications = [...books.publications.values()];
  const accepted = publications.filter((publication) => publication.accepted !== undefined);
  const { matched, unrecorded } = matchAttempts(books.requests, trail.attempts);
  const repeats = findRepeats(books);
  const atFaults = new Map<string, number>();
  for (const { fault } of repeats) if (fault !== undefined) count(atFaults, fault.name);
  const atFault = [...atFaults.values()].reduce((sum, times) => sum + times, 0);
  const successes = trail.invocations.filter(({ status }) => status === 'success').length;
  const exhausted = trail.invocations.filter(isExhausted).length;
  let unknowns = 0;
  for (const times of trail.lostLeases.values()) unknowns += times;
  const cpu = idle.cpuSeconds.map((used) =>
    used === undefined ? '–' : `${((used / idle.seconds) * 100).toFixed(1)} %`,
  );
  return [
    ['events published', publications.length],
    ['events accepted (2xx)', accepted.length],
    ['events accepted again, when published again', answers('accepted again')],
    ['answers 503', answers('503')],
    ['no answer', answers('none')],
    ['events without 2xx that are stored all the same', trail.tags.size - accepted.length],
    ['invocations', trail.invocations.length],
    ['invocations received', successes],
    ['invocations exhausted', exhausted],
    ['invocations ended otherwise', trail.invocations.length - successes - exhausted],
    ['invocations of the webhook with a backlog', backlog.invocations],
    ['… nodes that died while it waited', backlog.deaths],
    ['… most leases that one of them lost', backlog.lostLeases],
    ...jobFigures(evidence),
    ...evidence.remotes.flatMap(
      ({ archived, busiestMinute, name, refused, requests }): Figures => [
        [`rows of ${name} archived`, archived.length],
        ['… requests', requests],
        ['… requests in its busiest minute, of 100', busiestMinute],
        ['… refused beyond that', refused],
      ],
    ),
    ['attempts on the record', trail.attempts.length],
    ['requests received', books.requests.length],
    ['requests with their attempt', matched.size],
    ['requests whose sender died with the outcome', unrecorded.length],
    ['times that an invocation was unknown', unknowns],
    ['duplicates in flight at a fault', atFault],
    ...[...atFaults].map(([name, times]) => [`… ${name}`, times] as const),
    ['duplicates otherwise', repeats.length - atFault],
    ['requests whose sender was not found', books.requests.filter(hasNoSender).length],
    ['longest from publishing to receiving', seconds(longestMs(books.requests))],
    ['until everything had finished, after the last fault', seconds(finishedAfterMs)],
    ['idle: transactions a second', (idle.transactions / idle.seconds).toFixed(1)],
    ['idle: processor of each node', cpu.join(', ')],
  ];
}

function jobFigures({ books, jobs }: Evidence): Figures {
  const sum = (of: (counts: JobAtTheEnd['counts']) => number) =>
    jobs.reduce((total, { counts }) => total + of(counts), 0);
  const requests = books.requests.filter(({ jobId }) => jobId !== undefined);
  const items = new Set(requests.map(({ invocationId, jobId }) => `${jobId} ${invocationId}`));
  const deaths = books.faults.filter(({ effect }) => effect === 'death');
  const reasons = new Map<string, number>();
  for (const { skips } of jobs) for (const { reason } of skips) count(reasons, reason);
  const made = jobs.map(({ id }) => idTimeMs(id)).sort((a, b) => a - b);
  const during = deaths.filter(({ fromMs }) => fromMs > (made[0] ?? Number.POSITIVE_INFINITY));
  return [
    ['jobs', jobs.length],
    ['… cancelled', jobs.filter(({ state }) => state === 'cancelled').length],
    ['… nodes killed since the first one', during.length],
    ['… invocations selected', sum(({ selected }) => selected)],
    ['… sent', sum(({ sent }) => sent)],
    ['… received', items.size],
    ['… received more than once, in flight at a fault', requests.length - items.size],
    ...[...reasons].map(([reason, times]) => [`… skipped as ${reason}`, times] as const),
  ];
}

function hasNoSender({ sender }: { readonly sender: unknown }): boolean {
  return sender === undefined;
}

/** The time that an id carries is when its invocation was accepted. */
function longestMs(requests: Evidence['books']['requests']): number {
  const first = new Map<string, number>();
  for (const { answered = 0, arrivedMs, invocationId } of requests) {
    if (answered < 200 || answered >= 300 || first.has(invocationId)) continue;
    first.set(invocationId, arrivedMs - idTimeMs(invocationId));
  }
  return [...first.values()].reduce((a, b) => Math.max(a, b), 0);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
