import type { Runner } from '../../database/database.ts';
import { idTimeMs } from '../../model/ids.ts';
import { HOUR_MS, SECOND_MS } from '../../model/time-units.ts';
import { makeReconcileDue } from '../../sql/make-reconcile-due.ts';

/** Pages of one log come seconds apart: one comparison takes them together. */
const TOGETHER_MS = 30 * SECOND_MS;

interface Listed {
  readonly sourceId: string;
  readonly webhook: { readonly inboxId: string | null; readonly inboxSinceMs: number | null };
  readonly nowMs: number;
}

/** Makes the hours of invocations due whose outcomes the same transaction stores. */
export async function makeHoursDue(
  runner: Runner,
  { nowMs, sourceId, webhook: { inboxId, inboxSinceMs } }: Listed,
  invocationIds: readonly string[],
): Promise<void> {
  if (inboxId === null || inboxSinceMs === null) return;
  const hours = new Set(
    invocationIds
      .map((id) => Math.floor(idTimeMs(id) / HOUR_MS) * HOUR_MS)
      .filter((hourMs) => hourMs + HOUR_MS > inboxSinceMs),
  );
  if (hours.size === 0) return;
  await runner.run(makeReconcileDue, {
    hours: [...hours].map((hourMs) => ({ sourceId, inboxId, hourMs })),
    dueAtMs: nowMs + TOGETHER_MS,
  });
}
