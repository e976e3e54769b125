import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import { archiveBodies } from './archive-bodies.ts';
import { archiveSecret } from './archive-secret.ts';
import { mirrorSource } from './mirror-source.ts';
import { chooseStep, type Step } from './poll/choose-step.ts';
import { BUSY_MS } from './poll/next-interval.ts';
import { pollLog } from './poll-log.ts';
import { RemoteFailure } from './remote/remote-failure.ts';
import { SourceHold } from './source-hold.ts';
import { SourceLost } from './source-lost.ts';
import { walkLog } from './walk-log.ts';
import { stateParams, type WebhookState } from './webhook-state.ts';

/** Then it is given back, so that other sources and nodes have their turns. */
const SLICE_MS = MINUTE_MS;

/** A source with nothing to do for longer is given back. */
const LINGER_MS = 2 * SECOND_MS;

const MIRROR_AGAIN_MS = MINUTE_MS;

/** After failures in a row: doubled from the first to the second of these. */
const FIRST_BACKOFF_MS = SECOND_MS;
const LAST_BACKOFF_MS = 5 * MINUTE_MS;

/** Credentials are mended by people, and a change of the source is noticed at once. */
const REFUSED_MS = 5 * MINUTE_MS;

const THROTTLED_MS = 30 * SECOND_MS;

/** A service that asks for a longer wait is asked once an hour: its log goes on, and is forgotten after a week. */
const LONGEST_WAIT_MS = HOUR_MS;

type Choice = Exclude<Step<WebhookState>, { readonly kind: 'wait' }>;

/** Asks a source for what is due, as long as this node holds it. */
export class SourcePoller {
  readonly #hold: SourceHold;

  constructor(parts: ConstructorParameters<typeof SourceHold>[0]) {
    this.#hold = new SourceHold(parts);
  }

  /** Works until its time is over, nothing is due soon, or the lease is lost. */
  async run(): Promise<void> {
    const hold = this.#hold;
    const { clock, row, signal, turns } = hold.parts;
    try {
      await hold.load();
      const startedMs = clock.now();
      while (!signal.aborted && clock.now() - startedMs < SLICE_MS) {
        const nowMs = clock.now();
        const step = chooseStep({
          webhooks: [...hold.webhooks.values()],
          nowMs,
          remoteMs: hold.remoteMs,
          mirrorDueMs: hold.mirrorDueMs,
          turn: turns.get(row.id) ?? 0,
        });
        const wantedMs = step.kind === 'wait' ? step.untilMs : nowMs;
        const atMs = Math.max(wantedMs, hold.pace.nextMs, hold.notBeforeMs);
        if (atMs > nowMs + LINGER_MS) return await hold.release(atMs);
        if (atMs > nowMs) await hold.wait(atMs - nowMs);
        else if (step.kind !== 'wait') await this.#take(step);
      }
      await hold.release(Math.max(hold.pace.nextMs, hold.notBeforeMs));
    } catch (error) {
      if (error instanceof SourceLost) return;
      if (!signal.aborted) throw error;
      // The request in flight was broken off, and nothing of it is stored: another node goes on at once.
      await hold
        .release(Math.max(clock.now(), hold.pace.nextMs, hold.notBeforeMs))
        .catch(ignoreLost);
    }
  }

  async #take(step: Choice): Promise<void> {
    const hold = this.#hold;
    const { row, turns } = hold.parts;
    turns.set(row.id, (turns.get(row.id) ?? 0) + 1);
    await hold.renew();
    try {
      if (step.kind === 'mirror') await mirrorSource(hold);
      else if (step.kind === 'poll') await pollLog(hold, step.webhook);
      else if (step.kind === 'walk') await walkLog(hold, step.webhook);
      else if (step.kind === 'body') await archiveBodies(hold, step.webhook);
      else await archiveSecret(hold, step.webhook);
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      await fail(hold, error, step);
    }
  }
}

function ignoreLost(error: unknown): void {
  if (!(error instanceof SourceLost)) throw error;
}

/** Writes why a request failed, in words, and when the next may be sent. */
async function fail(hold: SourceHold, error: RemoteFailure, step: Choice): Promise<void> {
  const { clock } = hold.parts;
  const nowMs = clock.now();
  const failures = hold.facts.failures + 1;
  const { code, retryAfterMs } = error;
  const what = step.kind === 'mirror' ? 'webhooks' : `webhook ${step.webhook.name}`;
  hold.facts = {
    ...hold.facts,
    failures,
    error: { code, text: `${what}: ${error.message}`, atMs: nowMs },
  };
  const askedMs = retryAfterMs ?? (code === 'throttled' ? THROTTLED_MS : undefined);
  if (askedMs !== undefined) {
    const waitUntilMs = nowMs + Math.min(LONGEST_WAIT_MS, askedMs);
    hold.facts = { ...hold.facts, waitUntilMs };
    hold.pace.holdUntil(waitUntilMs);
  }
  if (code !== 'throttled') {
    const backoffMs = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 20));
    const isRefused = code === 'unauthorized' || code === 'forbidden';
    hold.notBeforeMs = nowMs + (isRefused ? REFUSED_MS : backoffMs);
    if (step.kind === 'mirror') hold.mirrorDueMs = nowMs + MIRROR_AGAIN_MS;
  }
  // Others have their turns first.
  if (step.kind === 'poll') {
    const webhook = hold.webhooks.get(step.webhook.id) ?? step.webhook;
    const next = { ...webhook, dueMs: Math.max(webhook.dueMs, nowMs + BUSY_MS) };
    hold.webhooks.set(webhook.id, next);
    await hold.write(async (runner) => {
      await runner.run(updateArchiveWebhook, stateParams(next));
    });
  } else await hold.write();
}
