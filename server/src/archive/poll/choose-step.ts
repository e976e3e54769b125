import { DAY_MS, MINUTE_MS } from '../../model/time-units.ts';
import { isStale, type Walk } from './walk.ts';

/** What choosing needs to know of a webhook. */
export interface PolledWebhook {
  readonly goneMs: number | null;
  readonly polledMs: number | null;
  readonly dueMs: number;
  readonly walk: Walk | null;
  readonly walkedMs: number | null;
  readonly wanted: number;
  readonly wantedFailures: number;
  /** When its bodies were fetched last. */
  readonly bodyMs: number;
  readonly needsSecret: boolean;
}

/** What a source is asked next. */
export type Step<Webhook> =
  | { readonly kind: 'mirror' }
  | { readonly kind: 'poll' | 'body' | 'walk' | 'secret'; readonly webhook: Webhook }
  | { readonly kind: 'wait'; readonly untilMs: number };

interface Facts<Webhook> {
  readonly webhooks: readonly Webhook[];
  readonly nowMs: number;
  /** The clock of the service. */
  readonly remoteMs: number;
  /** When the list of webhooks is read again. */
  readonly mirrorDueMs: number;
  /** Of the steps of this source, for turns of polls, and of walks among bodies. */
  readonly turn: number;
}

/** After a walk over all seven days; while one is not at its end it goes on. */
const WALK_EVERY_MS = DAY_MS;

/**
 * While others are due, each second poll continues a walk that has begun. Without it, a walk waits between two pages
 * for a round over all webhooks: with 150 at 10 requests a minute it takes 15 minutes, and each walk begins again.
 * Walks before everything else lost: nothing else is polled while one reads a million rows, 2.4 hours at 70.
 */
const POLL_TURN = 2;

/** A walk whose last page is older is about to go stale. */
const OLD_PAGE_MS = 5 * MINUTE_MS;

/** Of the requests that polls leave, each fourth is one of a walk while bodies wait. */
const WALK_TURN = 4;

/**
 * Of the requests that polls leave, every second is for a secret while others wait: one that cannot be had is asked for
 * again in each hold.
 */
const SECRET_TURN = 2;

/**
 * Chooses what to ask next: the list of webhooks, then due polls, those that have begun and the longest due by turns,
 * then secrets, bodies, of failures first, and the daily walks by turns.
 */
export function chooseStep<Webhook extends PolledWebhook>({
  mirrorDueMs,
  nowMs,
  remoteMs,
  turn,
  webhooks,
}: Facts<Webhook>): Step<Webhook> {
  if (mirrorDueMs <= nowMs) return { kind: 'mirror' };
  let begun: { readonly webhook: Webhook; readonly walk: Walk } | undefined;
  let polled: Webhook | undefined;
  let body: Webhook | undefined;
  let walked: Webhook | undefined;
  let secret: Webhook | undefined;
  let nextMs = mirrorDueMs;
  for (const webhook of webhooks) {
    if (isPolled(webhook)) {
      const { walk } = webhook;
      if (webhook.dueMs > nowMs) nextMs = Math.min(nextMs, webhook.dueMs);
      else if (walk !== null && walk.after !== null && !isStale(walk, remoteMs)) {
        if (begun === undefined || continuesBefore(walk, begun.walk, remoteMs)) {
          begun = { webhook, walk };
        }
      } else if (polled === undefined || webhook.dueMs < polled.dueMs) polled = webhook;
    }
    if (webhook.wanted > 0 && (body === undefined || isBefore(webhook, body))) body = webhook;
    if (webhook.goneMs !== null) continue;
    if (webhook.needsSecret) secret ??= webhook;
    const walkMs = walkDueMs(webhook);
    if (walkMs > nowMs) nextMs = Math.min(nextMs, walkMs);
    else if (walked === undefined || walkMs < walkDueMs(walked)) walked = webhook;
  }
  if (begun !== undefined && (polled === undefined || turn % POLL_TURN === 0)) {
    return { kind: 'poll', webhook: begun.webhook };
  }
  if (polled !== undefined) return { kind: 'poll', webhook: polled };
  const othersWait = body !== undefined || walked !== undefined;
  if (secret !== undefined && (!othersWait || turn % SECRET_TURN === 1)) {
    return { kind: 'secret', webhook: secret };
  }
  if (walked !== undefined && (body === undefined || turn % WALK_TURN === 0)) {
    return { kind: 'walk', webhook: walked };
  }
  if (body !== undefined) return { kind: 'body', webhook: body };
  return { kind: 'wait', untilMs: nextMs };
}

/** One that is gone is polled once more. */
function isPolled({ goneMs, polledMs }: PolledWebhook): boolean {
  return goneMs === null || polledMs === null || polledMs < goneMs;
}

/** The first poll reads all seven days, and sets the time of the next walk. */
function walkDueMs({ walkedMs }: PolledWebhook): number {
  return walkedMs === null ? Number.POSITIVE_INFINITY : walkedMs + WALK_EVERY_MS;
}

/**
 * The one with the older last page, so that a long log delays no short one. If there are more than the requests suffice
 * for, the one that began first: in the order of their last pages, each would go stale just before its turn.
 */
function continuesBefore(one: Walk, other: Walk, remoteMs: number): boolean {
  const oldMs = remoteMs - OLD_PAGE_MS;
  if (one.readMs < oldMs && other.readMs < oldMs) return one.startedMs < other.startedMs;
  return one.readMs < other.readMs;
}

function isBefore(one: PolledWebhook, other: PolledWebhook): boolean {
  const failures = Number(other.wantedFailures > 0) - Number(one.wantedFailures > 0);
  return failures < 0 || (failures === 0 && one.bodyMs < other.bodyMs);
}
