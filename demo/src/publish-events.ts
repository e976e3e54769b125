import type { Hooktrail } from '@hooktrail/sdk/hooktrail';
import type { DemoEvent } from './demo-event.ts';

const BATCH = 50;

/** The server's answers to the published events, added up. */
export interface Published {
  readonly accepted: number;
  readonly invocations: number;
  /** Events that were not accepted, or not for every webhook that they match, with the reason. */
  readonly problems: readonly string[];
}

/** Publishes events in batches and adds up the answers. */
export async function publishEvents(
  client: Hooktrail,
  events: readonly DemoEvent[],
  onProgress: (accepted: number) => void,
  signal: AbortSignal,
): Promise<Published> {
  let accepted = 0;
  let invocations = 0;
  const problems: string[] = [];
  for (let start = 0; start < events.length; start += BATCH) {
    const batch = events.slice(start, start + BATCH);
    const results = await client.events.publishBatch(batch, { signal });
    for (const [index, result] of results.entries()) {
      if (result.error !== undefined) {
        problems.push(`event ${batch[index]?.id} was refused: ${result.error.message}`);
        continue;
      }
      accepted++;
      invocations += result.invocations.length;
      for (const { webhookId, reason } of result.skipped) {
        problems.push(`event ${result.event.id} skipped webhook ${webhookId}: ${reason}`);
      }
    }
    onProgress(accepted);
  }
  if (accepted !== events.length) {
    problems.push(`${events.length} events were published and ${accepted} accepted`);
  }
  return { accepted, invocations, problems };
}
