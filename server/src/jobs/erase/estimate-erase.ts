import { NO_WEBHOOK } from '../../sql/insert-erase-items.ts';
import { type KeptExportRow, readAccountExports } from '../../sql/read-account-exports.ts';
import type { Position } from '../../trail/page.ts';
import type { SelectionParts } from '../replay/list-selection.ts';
import { type EraseSpec, MOST_ERASED } from './erase-spec.ts';
import { openEraseWalks } from './erase-walks.ts';
import { readErasable } from './read-erasable.ts';

/** What an erasure would do. */
export interface EraseEstimate {
  /** The counts are of all; otherwise they are of what was read in the time that an answer has. */
  readonly exact: boolean;
  readonly events: number;
  readonly archived: number;
  readonly invocations: number;
  /** Would be skipped, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Files of these exports may have what is erased. */
  readonly exports: readonly KeptExportRow[];
}

/** Where counting stops, as a live count does. */
const MOST_COUNTED = 10_000;

const MOST_MS = 3_000;

const PAGE = 1_000;

const MOST_EXPORTS = 100;

/** Counts up to 10,000 of what an erasure would do, for three seconds. */
export async function estimateErase(
  parts: SelectionParts,
  accountId: number,
  spec: EraseSpec,
  mostMs = MOST_MS,
): Promise<EraseEstimate> {
  const exports = await parts.database.run(readAccountExports, { accountId, limit: MOST_EXPORTS });
  const walks = await openEraseWalks(parts, accountId, spec);
  const startedMs = performance.now();
  const isOver = () => performance.now() - startedMs >= mostMs;
  const seen = new Set<string>();
  const skipped: Record<string, number> = {};
  let [archived, events, invocations] = [0, 0, 0];
  for (const walk of walks) {
    let after: Position | undefined;
    do {
      const page = await walk(after, PAGE);
      ({ after } = page);
      for (const item of page.items) {
        const key = `${item.webhookId} ${item.id}`;
        if (seen.has(key)) continue;
        if (seen.size >= Math.min(MOST_COUNTED, MOST_ERASED) || isOver()) {
          return { exact: false, events, archived, invocations, skipped, exports };
        }
        seen.add(key);
        const row = { webhook_id: item.webhookId, id: item.id, archived: item.archived };
        const erasable = await readErasable(parts, accountId, row);
        if (erasable.skip !== undefined) {
          skipped[erasable.skip] = (skipped[erasable.skip] ?? 0) + 1;
          continue;
        }
        if (item.webhookId === NO_WEBHOOK) events++;
        if (item.archived) archived++;
        invocations += erasable.invocations.length;
      }
      if (after !== undefined && isOver()) {
        return { exact: false, events, archived, invocations, skipped, exports };
      }
    } while (after !== undefined);
  }
  return { exact: true, events, archived, invocations, skipped, exports };
}
