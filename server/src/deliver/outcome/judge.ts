import { retryAfterMs } from '../../http-client/retry-after.ts';
import { type OwnFault, ownFault } from '../../model/fault.ts';
import type { ReasonCode } from '../../model/reason-code.ts';
import type { RetryRule, Rules } from '../../model/rules.ts';
import { showDuration } from '../../model/show-duration.ts';
import type { Exchange } from '../request/exchange.ts';

/** Which attempt of an invocation is judged. */
export interface Judged {
  /** Its place in the schedule, from 1; attempts that do not count have none. */
  readonly place: number;
  /** It was requested by a replay: a failure leaves the retry schedule unchanged. */
  readonly manual: boolean;
  /** How long it waits if its outcome is our own fault. */
  readonly ownWaitMs: number;
}

/** What follows from an attempt. */
export interface Verdict {
  /** Undefined when the outcome is final, or when the schedule resumes unchanged. */
  readonly retryInMs: number | undefined;
  /** The schedule resumes where it was before this manual attempt. */
  readonly resumes: boolean;
  /** Why it is final or waits; undefined after a success. */
  readonly reason: string | undefined;
  /** The same, from the closed list. */
  readonly reasonCode: ReasonCode | undefined;
  /** The endpoint answered 410 Gone: the webhook becomes inactive. */
  readonly deactivate: boolean;
  /** Whether the schedule and the breaker count it: not if we caused the outcome. */
  readonly counts: boolean;
}

/**
 * Decides whether and when an invocation is retried (spec/contract.md, "Delivery rules"). `random`
 * is from 0 to 1.
 */
export function judge(
  exchange: Exchange,
  { place, manual, ownWaitMs }: Judged,
  rules: Rules,
  random: number,
): Verdict {
  const own = ownFault(exchange.fault);
  if (own !== undefined) return ofOurs(own, manual, ownWaitMs);
  if (exchange.status === 'success') return final(undefined, undefined);
  if (exchange.response?.statusCode === 410) {
    if (rules.gone === 'ends') return final('gone', 'the endpoint answered 410 Gone');
    return {
      ...final('gone', 'the endpoint answered 410 Gone; the webhook is now inactive'),
      deactivate: true,
    };
  }
  if (manual) {
    return { ...final('manual', 'manual attempt; retry schedule unchanged'), resumes: true };
  }
  const asked = retryAfterMs(
    exchange.response?.headers ?? [],
    exchange.startedAtMs + exchange.durationMs,
  );
  const rule = rules.retried.find((one) => fits(one, exchange));
  if (rule === undefined) return final('not retried', 'this outcome is not retried');
  if (rule.ifAsked && asked === undefined) {
    return final('not retried', 'not retried: the response has no Retry-After');
  }
  const { maxMs, longer } = rules.retryAfter;
  if (asked !== undefined && asked > maxMs && longer === 'is final') {
    return final(
      'not retried',
      `not retried: the endpoint asked for a delay of ${showDuration(asked)} (Retry-After)`,
    );
  }
  const times = Math.min(rule.times, rules.scheduleMs.length);
  const base = rules.scheduleMs[place - 1];
  if (base === undefined || place > times) {
    return final(
      'exhausted',
      `retries exhausted after ${place} ${place === 1 ? 'attempt' : 'attempts'}`,
    );
  }
  const scheduled = base * (1 + rules.jitter * (2 * random - 1));
  const honoured = Math.min(asked ?? 0, maxMs);
  const retryInMs = Math.round(Math.max(scheduled, honoured));
  const isAsked = honoured > scheduled;
  const why = isAsked ? 'as the endpoint asked (Retry-After)' : 'as scheduled';
  return {
    ...final(
      isAsked ? 'retry after' : 'retry',
      `retry ${place} of ${times} after ${showDuration(retryInMs)}, ${why}`,
    ),
    retryInMs,
  };
}

const OWN_REASONS: Readonly<Record<OwnFault, string>> = {
  'stale connection': 'the endpoint had closed the kept connection',
  'node exhausted': 'this node had no socket, file or memory left',
  'ports exhausted': 'this node had no local port left towards the endpoint',
  'proxy unusable': 'the proxy that deliveries leave through did not work',
  'node stopping': 'the node stopped',
};

/** It takes no place in the schedule, whatever the profile retries. */
function ofOurs(fault: OwnFault, manual: boolean, ownWaitMs: number): Verdict {
  const why = `not counted: ${OWN_REASONS[fault]}`;
  if (manual) {
    const reason = `${why}; manual attempt; retry schedule unchanged`;
    return { ...final('manual', reason), resumes: true, counts: false };
  }
  const reason = `${why}; sent again after ${showDuration(ownWaitMs)}`;
  return { ...final('not counted', reason), retryInMs: ownWaitMs, counts: false };
}

function fits({ failure }: RetryRule, { response, status }: Exchange): boolean {
  return failure === 'any' || failure === status || failure === response?.statusCode;
}

function final(reasonCode: ReasonCode | undefined, reason: string | undefined): Verdict {
  return {
    retryInMs: undefined,
    resumes: false,
    reason,
    reasonCode,
    deactivate: false,
    counts: true,
  };
}
