import type { Exchange } from './exchange.ts';
import type { Profile } from './profile.ts';
import { retryAfterMs } from './retry-after.ts';

/** What follows from an attempt. */
export interface Verdict {
  /** Undefined when the outcome is final. */
  readonly retryInMs: number | undefined;
  /** Why it is final or waits, where the status alone does not tell. */
  readonly reason: string | undefined;
  /** The endpoint said that it is gone for good: the webhook becomes inactive. */
  readonly deactivate: boolean;
}

/**
 * Decides whether an invocation is tried again (contract §6). `attempt` counts from 1; `random` is
 * from 0 to 1.
 */
export function judge(
  exchange: Exchange,
  attempt: number,
  profile: Profile,
  random: number,
): Verdict {
  if (exchange.status === 'success') return final(undefined);
  if (exchange.response?.statusCode === 410) {
    return {
      retryInMs: undefined,
      reason: 'the endpoint answered 410 Gone: the webhook was switched to inactive',
      deactivate: true,
    };
  }
  const base = profile.scheduleMs[attempt - 1];
  if (base === undefined) {
    return final(`no retry is left: ${attempt} attempts were made`);
  }
  const scheduled = base * (1 + profile.jitter * (2 * random - 1));
  const asked = retryAfterMs(
    exchange.response?.headers ?? [],
    exchange.startedAtMs + exchange.durationMs,
  );
  const honoured = Math.min(asked ?? 0, profile.maxRetryAfterMs);
  return {
    retryInMs: Math.round(Math.max(scheduled, honoured)),
    reason: honoured > scheduled ? 'the endpoint asked to wait (Retry-After)' : undefined,
    deactivate: false,
  };
}

function final(reason: string | undefined): Verdict {
  return { retryInMs: undefined, reason, deactivate: false };
}
