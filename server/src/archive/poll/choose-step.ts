import { DAY_MS } from '../../model/time-units.ts';

/** What choosing needs to know of a webhook. */
export interface PolledWebhook {
  readonly goneMs: number | null;
  readonly polledMs: number | null;
  readonly dueMs: number;
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
  /** When the list of webhooks is read again. */
  readonly mirrorDueMs: number;
  /** Of the steps of this hold, for a turn of walks among bodies. */
  readonly turn: number;
}

/** After a walk over all seven days; while one is not at its end it goes on. */
const WALK_EVERY_MS = DAY_MS;

/** Of the requests that polls leave, each fourth is one of a walk while bodies wait. */
const WALK_TURN = 4;

/**
 * Chooses what to ask next: the list of webhooks, then due polls, the longest due first, then bodies, of
 * failures first, and the daily walks.
 */
export function chooseStep<Webhook extends PolledWebhook>({
  mirrorDueMs,
  nowMs,
  turn,
  webhooks,
}: Facts<Webhook>): Step<Webhook> {
  if (mirrorDueMs <= nowMs) return { kind: 'mirror' };
  let polled: Webhook | undefined;
  let body: Webhook | undefined;
  let walked: Webhook | undefined;
  let secret: Webhook | undefined;
  let nextMs = mirrorDueMs;
  for (const webhook of webhooks) {
    if (isPolled(webhook)) {
      if (webhook.dueMs > nowMs) nextMs = Math.min(nextMs, webhook.dueMs);
      else if (polled === undefined || webhook.dueMs < polled.dueMs) polled = webhook;
    }
    if (webhook.wanted > 0 && (body === undefined || isBefore(webhook, body))) body = webhook;
    if (webhook.goneMs !== null) continue;
    if (webhook.needsSecret) secret ??= webhook;
    const walkMs = walkDueMs(webhook);
    if (walkMs > nowMs) nextMs = Math.min(nextMs, walkMs);
    else if (walked === undefined || walkMs < walkDueMs(walked)) walked = webhook;
  }
  if (polled !== undefined) return { kind: 'poll', webhook: polled };
  if (secret !== undefined) return { kind: 'secret', webhook: secret };
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

function isBefore(one: PolledWebhook, other: PolledWebhook): boolean {
  const failures = Number(other.wantedFailures > 0) - Number(one.wantedFailures > 0);
  return failures < 0 || (failures === 0 && one.bodyMs < other.bodyMs);
}
