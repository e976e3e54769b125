import type { ListedGap } from '@hooktrail/sdk/hooktrail';
import { wireRow } from '../output/wire-row.ts';
import type { Context } from '../session/context.ts';

/** Says of which spans it is unknown what finished, where rows of an archive would be: each once. */
export function sayGaps(
  context: Context,
  gaps: readonly ListedGap[],
  said: Set<string> = new Set(),
): void {
  for (const gap of gaps) {
    const text = `unknown what finished at ${gap.webhook.name} (${gap.source}) from ${gap.from.toISOString()} to ${gap.to.toISOString()}: ${gap.reason}`;
    if (said.has(`${gap.webhook.id} ${text}`)) continue;
    said.add(`${gap.webhook.id} ${text}`);
    context.note(text, { gap: wireRow(gap) });
  }
}
