import { idTimeMs } from '@hooktrail/server/ids';
import { count } from '../books/books.ts';
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
  for (const times of trail.unknowns.values()) unknowns += times;
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
