import { showDuration } from '../../model/show-duration.ts';
import { MOST_GAPS } from '../../sql/read-source-problems.ts';
import type { Problem } from '../../trail/problems.ts';
import type { SourceProblem } from '../../trail/source-problems.ts';

/** A problem as the API shows it. */
export function problemView(problem: Problem, nowMs: number) {
  if ('source' in problem) return sourceView(problem, nowMs);
  const { kind } = problem;
  if (kind === 'job') {
    const { id, kind: jobKind, reason, reason_code: code } = problem.job;
    return {
      kind,
      explanation: `This job stopped itself: ${reason ?? code ?? 'the log has the details'}`,
      job: { id, kind: jobKind },
      ...(code !== null && { reason_code: code }),
    };
  }
  const { id, name } = problem.webhook;
  const webhook = { id, name };
  switch (kind) {
    case 'breaker': {
      const { nextProbeAtMs, reason, sinceMs } = problem.broken;
      return {
        kind,
        explanation: `The circuit breaker is open: ${reason}`,
        webhook,
        since: iso(sinceMs),
        next_probe_at: iso(nextProbeAtMs),
      };
    }
    case 'failing': {
      const { attempts, failed } = problem.failing;
      return {
        kind,
        explanation: `${failed} of ${attempts} attempts failed in 24 hours`,
        webhook,
        attempts,
        failed,
      };
    }
    case 'backlog': {
      const { growing, sinceMs } = problem.backlog;
      const waited = showDuration(Math.max(0, nowMs - sinceMs));
      return {
        kind,
        explanation: `Invocations wait for ${waited}${growing ? ', and the backlog grows' : ''}`,
        webhook,
        since: iso(sinceMs),
        growing,
      };
    }
    case 'inactive':
      return { kind, explanation: 'The webhook is switched off: it gets no events', webhook };
    case 'paused': {
      const at = problem.webhook.paused?.at;
      return {
        kind,
        explanation: 'Deliveries are paused: events wait',
        webhook,
        ...(at !== undefined && { since: at.toISOString() }),
      };
    }
  }
}

function sourceView({ kind, source: row }: SourceProblem, nowMs: number) {
  const source = { id: row.id, name: row.name };
  const since = (at: Date | null) => at !== null && { since: at.toISOString() };
  switch (kind) {
    case 'paused':
      return {
        kind,
        explanation: 'The source is paused: what finishes meanwhile is a gap after seven days',
        source,
        ...since(row.paused_at),
      };
    case 'gap':
      return {
        kind,
        explanation: `${row.gaps === 1 ? 'A gap was' : `${row.gaps}${row.gaps === MOST_GAPS ? ' or more' : ''} gaps were`} found in seven days: it is unknown what finished in ${row.gaps === 1 ? 'it' : 'them'}`,
        source,
        ...since(row.gap_found_at),
      };
    case 'source': {
      if (row.error_code === 'limit') {
        return { kind, explanation: `Webhooks are left out: ${row.error ?? ''}`, source };
      }
      const behind = row.behind_since && showDuration(nowMs - row.behind_since.getTime());
      const explanation =
        row.error_code === null
          ? `The source is ${behind} behind`
          : `The last request failed: ${row.error ?? row.error_code}`;
      return { kind, explanation, source, ...since(row.behind_since) };
    }
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
