import type { InvocationAttempt, InvocationDetails, TimelineEntry } from '@hooktrail/sdk/hooktrail';
import type { ComponentChildren } from 'preact';
import { formatDuration } from '../model/format-duration.ts';
import { statusTone, TONE_MARKS, type Tone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { Countdown } from './countdown.tsx';
import { Phases } from './phases.tsx';
import { Time } from './time.tsx';

const TITLES: Readonly<Record<string, string>> = {
  accepted: 'Accepted',
  throttled: 'Held by the rate limit',
  'circuit broken': 'Held by the circuit breaker',
  replayed: 'Replayed',
  'lease lost': 'A node stopped',
  attempted: 'Attempt',
  recorded: 'Recorded',
  ended: 'Ended',
  archived: 'Archived',
  resent: 'Resent',
};

/** Entries that have an attempt with a request. */
const SENT: readonly string[] = ['attempted', 'resent'];

/** Of an archived invocation these are outcomes without a request: nothing is held back here. */
const ARCHIVED_TITLES: Readonly<Record<string, string>> = {
  accepted: 'Created',
  throttled: 'Throttled: no request',
  'circuit broken': 'Circuit broken: no request',
  ended: 'No request',
};

const TONES: Readonly<Record<string, Tone>> = {
  throttled: 'hold',
  'circuit broken': 'hold',
  'lease lost': 'hold',
};

/** Shorter pauses are the work of the node itself. */
const SHOWN_WAIT_MS = 500;

function Step({
  at,
  tone,
  wait,
  children,
}: {
  at: Date;
  tone: Tone;
  wait: number;
  children: ComponentChildren;
}) {
  return (
    <li>
      <Time at={at} />
      <span class={`dot ${tone}`} aria-hidden="true">
        {TONE_MARKS[tone]}
      </span>
      <div class="what">
        {wait >= SHOWN_WAIT_MS && <div class="gap">after {formatDuration(wait)}</div>}
        {children}
      </div>
    </li>
  );
}

/** From acceptance to the end, oldest first: what happened, how long it took, what is waited for. */
export function TimeAxis({
  invocation,
  attempts,
  chosen,
  onChoose,
}: {
  invocation: InvocationDetails;
  attempts: readonly InvocationAttempt[];
  chosen: string | undefined;
  onChoose: (attemptId: string) => void;
}) {
  const byId = new Map(
    attempts.map((attempt, index) => [attempt.id, { attempt, number: index + 1 }]),
  );
  const { nextAttemptAt, timeline } = invocation;
  const titles = invocation.origin === undefined ? TITLES : { ...TITLES, ...ARCHIVED_TITLES };
  const endOf = (entry: TimelineEntry | undefined): number => {
    if (entry === undefined) return invocation.createdAt.getTime();
    const found = entry.attemptId === undefined ? undefined : byId.get(entry.attemptId)?.attempt;
    return SENT.includes(entry.what) && found?.completedAt
      ? Math.max(found.completedAt.getTime(), entry.at.getTime())
      : entry.at.getTime();
  };
  const beginOf = (entry: TimelineEntry): number => {
    const found = entry.attemptId === undefined ? undefined : byId.get(entry.attemptId)?.attempt;
    return SENT.includes(entry.what) && found?.createdAt
      ? found.createdAt.getTime()
      : entry.at.getTime();
  };
  return (
    <ol class="axis" aria-label="What happened, oldest first">
      {timeline.map((entry, index) => {
        const known = entry.attemptId === undefined ? undefined : byId.get(entry.attemptId);
        const wait = index === 0 ? 0 : beginOf(entry) - endOf(timeline[index - 1]);
        const attempt = SENT.includes(entry.what) ? known?.attempt : undefined;
        const tone = attempt
          ? statusTone(attempt.status)
          : (TONES[entry.what] ??
            (entry.what === 'ended' ? statusTone(invocation.status) : 'wait'));
        return (
          <Step
            key={`${entry.what}${entry.at.getTime()}${entry.attemptId ?? index}`}
            at={attempt?.createdAt ?? entry.at}
            tone={tone}
            wait={wait}
          >
            <div class="row">
              {attempt && known ? (
                <button
                  type="button"
                  class="button small"
                  aria-pressed={chosen === attempt.id}
                  onClick={() => onChoose(attempt.id)}
                >
                  Attempt {known.number}
                </button>
              ) : (
                <strong>{titles[entry.what] ?? entry.what}</strong>
              )}
              {attempt && (
                <>
                  <Badge tone={tone}>{attempt.status}</Badge>
                  {attempt.statusCode !== undefined && <span>{attempt.statusCode}</span>}
                  {attempt.durationMs !== undefined && (
                    <span class="soft">{formatDuration(attempt.durationMs)}</span>
                  )}
                  {attempt.trigger !== undefined && attempt.trigger !== 'schedule' && (
                    <span class="soft">{attempt.trigger}</span>
                  )}
                </>
              )}
            </div>
            <p class="soft wrap">{entry.message}</p>
            {attempt?.phases && <Phases phases={attempt.phases} />}
          </Step>
        );
      })}
      {nextAttemptAt && (
        <Step at={nextAttemptAt} tone="wait" wait={0}>
          <strong>
            Next attempt <Countdown to={nextAttemptAt} />
          </strong>
        </Step>
      )}
    </ol>
  );
}
