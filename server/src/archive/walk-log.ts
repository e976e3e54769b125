import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import type { Walk } from './poll/walk.ts';
import { type LogPageRead, readLogPage } from './read-log-page.ts';
import { RemoteFailure } from './remote/remote-failure.ts';
import type { SourceHold } from './source-hold.ts';
import type { WebhookState } from './webhook-state.ts';

/** One page of the daily walk over all seven days. */
export async function walkLog(hold: SourceHold, webhook: WebhookState): Promise<void> {
  const { clock } = hold.parts;
  const walk: Walk | null = webhook.fullWalk;
  let read: LogPageRead;
  try {
    read = await readLogPage(hold, webhook, walk);
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    if (error.code !== 'not found' && !error.isRefused) throw error;
    // Its cursor is unknown by now, or the webhook is gone: in an hour again.
    const walkedMs = clock.now() - DAY_MS + HOUR_MS;
    await hold.moved({ ...webhook, fullWalk: null, walkedMs });
    return;
  }
  const { advanced, counted, prepared } = read;
  // What was listed late since it began, where it had passed already, is for the next one: also where this
  // one was interrupted for days.
  const tookMs = Math.max(0, advanced.walk.readMs - advanced.walk.startedMs);
  const next: WebhookState = advanced.atEnd
    ? { ...counted, fullWalk: null, walkedMs: clock.now() - tookMs }
    : { ...counted, fullWalk: advanced.walk };
  await hold.moved(next, prepared.write);
}
