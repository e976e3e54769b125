import type { Account } from '../model/account.ts';
import type { HistoryEntry } from '../model/history-entry.ts';
import { idTimeMs } from '../model/ids.ts';
import { showDuration } from '../model/show-duration.ts';
import type { Webhook } from '../model/webhook.ts';
import type { AttemptRow } from '../sql/read-attempts.ts';
import type { WholeInvocationRow } from '../sql/read-invocation.ts';
import { attemptsGone } from './attempts-gone.ts';
import type { Gates } from './read-gates.ts';

/** Something that happened to an invocation. */
export interface TimelineEntry {
  readonly at: Date;
  readonly what: 'accepted' | HistoryEntry['what'] | 'attempted' | 'recorded';
  readonly message: string;
  /** Of entries about an attempt. */
  readonly attemptId: string | undefined;
}

/** Why an invocation stands where it does, and how it came there. */
export interface Explanation {
  readonly text: string;
  /** In the order of time. */
  readonly timeline: readonly TimelineEntry[];
}

interface Told {
  readonly account: Account;
  /** Newest first. */
  readonly attempts: readonly AttemptRow[];
  /** The event is no longer kept. */
  readonly eventGone: boolean;
  readonly gates: Gates;
  readonly invocation: WholeInvocationRow;
  readonly nowMs: number;
  readonly webhook: Webhook;
}

/** Says in words what happened to an invocation and what happens next. */
export function explainInvocation(told: Told): Explanation {
  return {
    text: [...whatHappened(told), ...whatIsGone(told), ...whatIsNext(told)].join(' '),
    timeline: timelineOf(told),
  };
}

function whatHappened({ attempts, invocation }: Told): string[] {
  const [latest] = attempts;
  const { reason, status } = invocation;
  const because = reason === null ? '' : `: ${reason}`;
  if (status === 'unknown') {
    return [
      'A node ended, or lost the database, while it held this invocation: whether the endpoint has it is not known, so it is sent again.',
    ];
  }
  if (latest === undefined && attemptsGone(invocation, attempts)) {
    return invocation.due_at === null ? [`It ended as ${status}${because}.`] : [];
  }
  if (latest === undefined) {
    return [invocation.due_at === null ? `It ended as ${status}${because}.` : 'It was accepted.'];
  }
  const answered = `Attempt ${latest.number} ${outcomeOf(latest)}.`;
  if (invocation.due_at === null) {
    if (status === 'success') return [answered, 'The endpoint has it.'];
    const earlier = attempts.find((attempt) => attempt.status === 'success');
    if (earlier !== undefined) {
      return [answered, `The endpoint has it since attempt ${earlier.number}.`];
    }
    return [answered, `It ended as ${status}${because}.`];
  }
  return [answered];
}

function whatIsGone({ attempts, eventGone, invocation }: Told): string[] {
  return [
    ...(attemptsGone(invocation, attempts) ? [`${countOf(invocation)} no longer kept.`] : []),
    ...(eventGone ? ['Its event is no longer kept, so it cannot be sent again.'] : []),
  ];
}

function countOf({ attempts_count: count }: WholeInvocationRow): string {
  return count === 1 ? 'Its attempt is' : `Its ${count} attempts are`;
}

function whatIsNext({ account, gates, invocation, nowMs, webhook }: Told): string[] {
  const { due_at: dueAt, leased, manual } = invocation;
  if (dueAt === null) return [];
  if (leased && dueAt.getTime() > nowMs) {
    return [`An attempt is under way; its node has to record it before ${show(dueAt)}.`];
  }
  const next = manual ? 'An attempt by hand is due' : 'The next attempt is due';
  const due = leased
    ? [`Its node recorded no attempt before ${show(dueAt)}, so it is due again.`]
    : [`${next} at ${show(dueAt)}.`];
  if (account.suspendedAt !== undefined) {
    return [...due, `It waits: the account is suspended since ${show(account.suspendedAt)}.`];
  }
  if (webhook.status === 'inactive') return [...due, 'It waits: the webhook is inactive.'];
  if (webhook.paused !== undefined) {
    const { at, by } = webhook.paused;
    return [...due, `It waits: the webhook is paused since ${show(at)}, by ${by}.`];
  }
  const { breaker, nextPermitAt } = gates;
  if (breaker !== undefined) {
    return [
      ...due,
      `It waits: the circuit breaker is ${breaker.state} since ${show(breaker.since)} (${breaker.reason}); the next probe is at ${show(breaker.next_probe_at)}.`,
    ];
  }
  if (nextPermitAt !== undefined) {
    return [...due, `It waits: the rate limit is reached, until ${show(nextPermitAt)} at least.`];
  }
  return due;
}

function timelineOf({ attempts, invocation }: Told): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    {
      at: new Date(idTimeMs(invocation.id)),
      what: 'accepted',
      message: `stored with event ${invocation.event_id}`,
      attemptId: undefined,
    },
  ];
  const history = JSON.parse(`[${invocation.history ?? ''}]`) as HistoryEntry[];
  for (const { at, what, why } of history) {
    entries.push({ at: new Date(at), what, message: why, attemptId: undefined });
  }
  if (attemptsGone(invocation, attempts)) {
    entries.push({
      at: invocation.latest_at,
      what: 'attempted',
      message: `${countOf(invocation)} no longer kept; this was the latest`,
      attemptId: undefined,
    });
  }
  for (const attempt of attempts.toReversed()) {
    const { id, manual, number, reason, recorded_at: recordedAt } = attempt;
    const byHand = manual ? ' by hand' : '';
    entries.push(
      {
        at: new Date(idTimeMs(id)),
        what: 'attempted',
        message: `attempt ${number}${byHand} ${outcomeOf(attempt)} in ${showDuration(attempt.duration_ms)}`,
        attemptId: id,
      },
      { at: recordedAt, what: 'recorded', message: reason ?? 'done', attemptId: id },
    );
  }
  return entries.sort((one, other) => one.at.getTime() - other.at.getTime());
}

function outcomeOf({ error_message, status, status_code }: AttemptRow): string {
  const answered = status_code === null ? '' : ` with ${status_code}`;
  const why = error_message === null ? '' : ` (${error_message})`;
  return status === 'success' ? `was answered${answered}` : `ended as ${status}${answered}${why}`;
}

function show(time: Date): string {
  return time.toISOString();
}
