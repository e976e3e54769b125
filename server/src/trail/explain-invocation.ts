import type { Account } from '../model/account.ts';
import type { HistoryEntry } from '../model/history-entry.ts';
import { idTimeMs } from '../model/ids.ts';
import { showDuration } from '../model/show-duration.ts';
import type { Webhook } from '../model/webhook.ts';
import type { AttemptOutcomeRow } from '../sql/read-attempt-outcomes.ts';
import type { WholeInvocationRow } from '../sql/read-invocation.ts';
import { attemptsGone } from './attempts-gone.ts';
import { explainArchived } from './explain-archived.ts';
import type { Explanation, TimelineEntry } from './explanation.ts';
import { outcomeOf } from './outcome-of.ts';
import type { Gates } from './read-gates.ts';

interface Facts {
  readonly account: Account;
  /** Newest first: the latest ones, and of the others at most a success. */
  readonly attempts: readonly AttemptOutcomeRow[];
  /** The id that the publisher knows; undefined when the event is no longer kept. */
  readonly eventId: string | undefined;
  readonly gates: Gates;
  readonly invocation: WholeInvocationRow;
  readonly nowMs: number;
  /** The source that it is archived from; undefined: it is ours. */
  readonly origin: string | undefined;
  /** Undefined when it was deleted, and of an archived one. */
  readonly webhook: Webhook | undefined;
}

/** Says in words what happened to an invocation and what happens next. */
export function explainInvocation(facts: Facts): Explanation {
  const { origin } = facts;
  if (origin !== undefined) return explainArchived({ ...facts, origin });
  return {
    text: [...pastOf(facts), ...goneOf(facts), ...nextOf(facts)].join(' '),
    timeline: timelineOf(facts),
  };
}

function pastOf({ attempts, invocation }: Facts): string[] {
  const [latest] = attempts;
  const { reason, status } = invocation;
  const because = reason === null ? '' : `: ${reason}`;
  if (status === 'unknown' && invocation.due_at !== null) {
    return [
      'A node stopped, or lost the database, while it held this invocation. Whether the endpoint received it is unknown, so it is sent again.',
      ...blameOf(invocation),
    ];
  }
  if (latest === undefined && attemptsGone(invocation, attempts)) {
    return invocation.due_at === null ? [`It ended as ${status}${because}.`] : [];
  }
  if (latest === undefined) {
    return [invocation.due_at === null ? `It ended as ${status}${because}.` : 'It was accepted.'];
  }
  const attempted = `Attempt ${latest.number} ${outcomeOf(latest)}.`;
  if (invocation.due_at === null) {
    if (status === 'success') return [attempted, 'The endpoint received it.'];
    const earlier = attempts.find((attempt) => attempt.status === 'success');
    if (earlier !== undefined) {
      return [attempted, `The endpoint received it in attempt ${earlier.number}.`];
    }
    return [attempted, `It ended as ${status}${because}.`];
  }
  return [attempted];
}

function blameOf({ blamed_count: count }: WholeInvocationRow): string[] {
  if (count === 0) return [];
  const nodes = count === 1 ? 'A node' : `${count} nodes in a row`;
  return [`${nodes} stopped while sending it, so it waits, and is then sent alone.`];
}

function goneOf({ attempts, eventId, invocation }: Facts): string[] {
  return [
    ...(attemptsGone(invocation, attempts) ? [`${countOf(invocation)} no longer kept.`] : []),
    ...(eventId === undefined ? ['Its event is no longer kept, so it cannot be sent again.'] : []),
  ];
}

function countOf({ attempts_count: count }: WholeInvocationRow): string {
  return count === 1 ? 'Its attempt is' : `Its ${count} attempts are`;
}

function nextOf({ account, gates, invocation, nowMs, webhook }: Facts): string[] {
  const { due_at: dueAt, leased, manual } = invocation;
  if (dueAt === null) return [];
  if (leased && dueAt.getTime() > nowMs) {
    return [`An attempt is in flight; its node must record it before ${show(dueAt)}.`];
  }
  const next = manual ? 'A manual attempt is due' : 'The next attempt is due';
  const due = leased
    ? [`Its node recorded no attempt before ${show(dueAt)}, so it is due again.`]
    : [`${next} at ${show(dueAt)}.`];
  if (webhook === undefined) return [...due, 'It will end unsent: the webhook was deleted.'];
  if (account.suspendedAt !== undefined) {
    return [...due, `It waits: the account has been suspended since ${show(account.suspendedAt)}.`];
  }
  if (webhook.status === 'inactive') return [...due, 'It waits: the webhook is inactive.'];
  if (webhook.paused !== undefined) {
    const { at, by } = webhook.paused;
    return [...due, `It waits: the webhook has been paused since ${show(at)}, by ${by}.`];
  }
  const { breaker, handshake, nextPermitAt } = gates;
  if (handshake !== undefined && handshake.state !== 'allowed') {
    const asked = handshake.state === 'asking' ? 'is being asked' : 'is asked again';
    const why = handshake.reason === null ? '' : ` (${handshake.reason})`;
    return [
      ...due,
      `It waits: the endpoint has not allowed deliveries${why}; it ${asked}, at ${show(handshake.next_at)} at the latest.`,
    ];
  }
  if (breaker !== undefined) {
    return [
      ...due,
      `It waits: the circuit breaker has been ${breaker.state} since ${show(breaker.since)} (${breaker.reason}); the next probe is at ${show(breaker.next_probe_at)}.`,
    ];
  }
  if (nextPermitAt !== undefined) {
    return [
      ...due,
      `It waits: the rate limit is reached until ${show(nextPermitAt)} at the earliest.`,
    ];
  }
  return due;
}

function timelineOf({ attempts, eventId, invocation }: Facts): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    {
      at: new Date(idTimeMs(invocation.id)),
      what: 'accepted',
      message: eventId === undefined ? 'stored' : `stored with event ${eventId}`,
      attemptId: undefined,
    },
  ];
  const history = historyOf(invocation);
  for (const { at, what, why } of history) {
    entries.push({ at: new Date(at), what, message: why, attemptId: undefined });
  }
  const lost = history.filter(({ what }) => what === 'lease lost');
  const [latestLost] = lost.slice(-1);
  if (latestLost !== undefined && invocation.lost_count > lost.length) {
    entries.push({
      at: new Date(latestLost.at),
      what: 'lease lost',
      message: `and ${invocation.lost_count - lost.length} more times, which the history has no room for`,
      attemptId: undefined,
    });
  }
  if (attemptsGone(invocation, attempts)) {
    entries.push({
      at: invocation.latest_at,
      what: 'attempted',
      message: `${countOf(invocation)} no longer kept; this was the latest`,
      attemptId: undefined,
    });
  }
  const oldest = attempts.at(-1);
  const omitted = invocation.attempts_count - attempts.length;
  if (oldest !== undefined && omitted > 0) {
    entries.push({
      at: new Date(idTimeMs(oldest.id)),
      what: 'attempted',
      message: `${omitted} earlier ${omitted === 1 ? 'attempt is' : 'attempts are'} not shown here; the list of attempts has them`,
      attemptId: undefined,
    });
  }
  for (const attempt of attempts.toReversed()) {
    const { id, manual, method, number, reason, recorded_at: recordedAt, url } = attempt;
    const kind = manual ? ' (manual)' : '';
    entries.push(
      {
        at: new Date(idTimeMs(id)),
        what: 'attempted',
        message: `attempt ${number}${kind} ${outcomeOf(attempt)} in ${showDuration(attempt.duration_ms ?? 0)}`,
        attemptId: id,
        request: method === null || url === null ? undefined : { method, url },
      },
      { at: recordedAt, what: 'recorded', message: reason ?? 'done', attemptId: id },
    );
  }
  return entries.sort((one, other) => one.at.getTime() - other.at.getTime());
}

/** The entries, oldest first. Of a long history only the end is read, from inside of an entry on. */
function historyOf({ history, history_cut: cut }: WholeInvocationRow): HistoryEntry[] {
  const text = history ?? '';
  const start = cut ? text.indexOf(',{"at":') + 1 : 0;
  return JSON.parse(`[${text.slice(start)}]`) as HistoryEntry[];
}

function show(time: Date): string {
  return time.toISOString();
}
