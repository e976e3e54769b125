import { idTimeMs } from '../model/ids.ts';
import { RESENDS_AFTER } from '../model/resend-numbers.ts';
import { showDuration } from '../model/show-duration.ts';
import type { AttemptOutcomeRow } from '../sql/read-attempt-outcomes.ts';
import type { WholeInvocationRow } from '../sql/read-invocation.ts';
import type { Explanation, TimelineEntry } from './explanation.ts';
import { outcomeOf } from './outcome-of.ts';

interface Facts {
  /** Newest first; those without a request too. */
  readonly attempts: readonly AttemptOutcomeRow[];
  readonly invocation: WholeInvocationRow;
  /** The name of the source. */
  readonly origin: string;
}

/** Says in words what is known of an invocation that is archived from a remote account. */
export function explainArchived(facts: Facts): Explanation {
  const { attempts, invocation, origin } = facts;
  // What the service listed; resends stand beside it.
  const listed = attempts.filter(({ resend_id: resendId }) => resendId === null);
  const [latest] = listed;
  const [resent] = attempts.filter(({ resend_id: resendId }) => resendId !== null);
  const { status } = invocation;
  const because = invocation.reason === null ? '' : `: ${invocation.reason}`;
  const last = latest === undefined ? [] : [`${capitalised(wordsOf(latest))}.`];
  const delivered = attempts.find(
    (one) => one.sent && one.status === 'success' && one.target_webhook_id === null,
  );
  const end =
    delivered !== undefined
      ? 'The endpoint received it.'
      : `Its latest status there is ${status}${because}.`;
  return {
    text: [
      `Archived from ${origin}: it is not delivered from here.`,
      ...last,
      ...(resent === undefined ? [] : [`${capitalised(wordsOf(resent))}.`]),
      end,
    ].join(' '),
    timeline: timelineOf(facts),
  };
}

function timelineOf({ attempts, invocation, origin }: Facts): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    {
      at: new Date(idTimeMs(invocation.id)),
      what: 'accepted',
      message: `created at ${origin}`,
      attemptId: undefined,
    },
  ];
  const omitted = invocation.outcomes_count + invocation.resends_count - attempts.length;
  const oldest = attempts.at(-1);
  if (oldest !== undefined && omitted > 0) {
    entries.push({
      at: endOf(oldest),
      what: 'attempted',
      message: `${omitted} earlier ${omitted === 1 ? 'outcome is' : 'outcomes are'} not shown here`,
      attemptId: undefined,
    });
  }
  for (const attempt of attempts.toReversed()) {
    const { duration_ms: durationMs, id, method, sent, status, url } = attempt;
    const took = durationMs === null ? '' : ` in ${showDuration(durationMs)}`;
    const held = status === 'throttled' || status === 'circuit broken' ? status : 'ended';
    entries.push({
      at: endOf(attempt),
      what: attempt.resend_id !== null ? 'resent' : sent ? 'attempted' : held,
      message: `${wordsOf(attempt)}${took}`,
      attemptId: sent ? id : undefined,
      request: method === null || url === null ? undefined : { method, url },
    });
  }
  const listed = attempts.filter(({ resend_id: resendId }) => resendId === null);
  const archivedMs = Math.max(...listed.map((one) => one.recorded_at.getTime()));
  if (listed.length > 0) {
    entries.push({
      at: new Date(archivedMs),
      what: 'archived',
      message: `the latest of it was read from ${origin}`,
      attemptId: undefined,
    });
  }
  return entries.sort((one, other) => one.at.getTime() - other.at.getTime());
}

const endOf = ({ completed_at: completedAt, id }: AttemptOutcomeRow) =>
  completedAt ?? new Date(idTimeMs(id));

function wordsOf(attempt: AttemptOutcomeRow): string {
  const { error_message: why, number, resend_id: resendId, sent, status } = attempt;
  if (resendId !== null) {
    const { job_id: jobId, requested_by: by, target_webhook_id: targetId } = attempt;
    const to = targetId === null ? '' : ` to webhook ${targetId}`;
    const how = status === 'unknown' ? 'has no outcome yet' : outcomeOf(attempt);
    return `resend ${number - RESENDS_AFTER}${to}, ${jobId === null ? '' : `by job ${jobId}, `}requested by ${by}, ${how}`;
  }
  if (sent) return `attempt ${number} ${outcomeOf(attempt)}`;
  return `no request was made: ${status}${why === null ? '' : ` (${why})`}`;
}

const capitalised = (text: string) => `${(text[0] ?? '').toUpperCase()}${text.slice(1)}`;
