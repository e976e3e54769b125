import { packPhases } from '../../model/packed-phases.ts';
import type { OutcomeRow } from '../../sql/record-outcomes.ts';
import type { Verdict } from '../outcome/judge.ts';
import type { Exchange } from '../request/exchange.ts';
import type { Work } from './work.ts';

/** One request and what follows from it. */
export interface FinishedAttempt {
  readonly attemptId: string;
  /** The one that answered: the webhook may have another one by now. */
  readonly endpoint: string;
  readonly exchange: Exchange;
  readonly verdict: Verdict;
  /**
   * Resolves when an earlier request, over a kept connection that was closed, is on the record, or to false
   * if it cannot be. One statement can record one attempt of an invocation only.
   */
  readonly after: Promise<boolean> | undefined;
}

/** The memory that it needs until it is recorded. */
export function finishedAttemptBytes({ exchange }: FinishedAttempt): number {
  const { requestHeaders, requestUrl, response } = exchange;
  // Text takes two bytes a character once one of them is beyond latin1.
  let bytes = 2 * (response?.body.length ?? 0) + (response?.raw?.length ?? 0);
  bytes += requestUrl?.length ?? 0;
  for (const part of requestHeaders) bytes += part.length;
  for (const part of response?.headers ?? []) bytes += part.length;
  return bytes;
}

/** What the recorder writes of it. */
export function outcomeRow(
  work: Work,
  { attemptId, exchange, verdict }: FinishedAttempt,
): OutcomeRow {
  const { response } = exchange;
  const { leased } = work;
  return {
    lane: leased.lane,
    webhookId: leased.webhookId,
    accountId: work.accountId,
    invocationId: leased.id,
    attemptId,
    leasedUntilMs: work.leasedUntilMs,
    status: exchange.status,
    statusCode: response?.statusCode ?? null,
    completedAtMs: exchange.startedAtMs + exchange.durationMs,
    durationMs: exchange.durationMs,
    phases: exchange.phases === undefined ? null : packPhases(exchange.phases),
    retryInMs: verdict.retryInMs ?? null,
    reason: verdict.reason ?? null,
    reasonCode: verdict.reasonCode ?? null,
    manual: leased.manual,
    resumes: verdict.resumes,
    uncounted: !verdict.counts,
    errorClass: exchange.errorClass ?? null,
    // TLS messages quote what the endpoint sent; PostgreSQL cannot store U+0000.
    errorMessage: exchange.errorMessage?.replaceAll('\u0000', '\uFFFD') ?? null,
    requestMethod: exchange.requestMethod,
    requestUrl: exchange.requestUrl,
    requestHeaders: JSON.stringify(exchange.requestHeaders),
    responseHeaders: response === undefined ? null : JSON.stringify(response.headers),
    responseBody: response?.body ?? null,
    responseLength: response?.length ?? null,
    responseRaw: response?.raw ?? null,
    traceContext: exchange.traceContext,
  };
}
