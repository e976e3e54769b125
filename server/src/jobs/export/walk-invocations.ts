import { idTimeMs } from '../../model/ids.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
import type { Position } from '../../trail/page.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { openSelection, type SelectionParts } from '../replay/list-selection.ts';
import type { ExportSpec } from './export-spec.ts';

/** An invocation of the list, and its place there. */
export interface WalkedInvocation {
  readonly row: TrailRow;
  readonly webhook: ListedWebhook;
  readonly position: Position;
  /** Its creation; of a query by keys that of its event, by which the list is ordered. */
  readonly atMs: number;
}

/** A page of the list, and how far it has read. */
export interface WalkedPage {
  readonly invocations: readonly WalkedInvocation[];
  readonly after: Position | undefined;
  readonly atMs: number;
}

/** A walk over the invocations that a query selects. */
export interface Walk {
  readonly webhooks: ReadonlyMap<string, ListedWebhook>;
  pages(from: Position | null, size: number): AsyncGenerator<WalkedPage>;
}

/** Opens the invocations of an export, oldest first: an order in which no row moves. */
export async function walkInvocations(
  parts: SelectionParts,
  accountId: number,
  spec: ExportSpec,
): Promise<Walk> {
  const selection = await openSelection(parts, accountId, {
    query: spec.query,
    beforeMs: spec.before_ms,
    descending: false,
  });
  const isKeyed = spec.query.some(({ field }) => field === 'json' || field === 'header');
  const { webhooks } = selection;
  return {
    webhooks,
    async *pages(from, size) {
      let after = from ?? undefined;
      for (;;) {
        const page = await selection.read(after, size);
        yield {
          invocations: page.rows.map((row) => walked(row, webhooks, isKeyed)),
          after: page.after,
          atMs: page.covered.toMs,
        };
        if (page.after === undefined) return;
        ({ after } = page);
      }
    },
  };
}

function walked(
  row: TrailRow,
  webhooks: ReadonlyMap<string, ListedWebhook>,
  isKeyed: boolean,
): WalkedInvocation {
  const { event_id: eventId, id, webhook_id: webhookId } = row;
  return {
    row,
    webhook: webhooks.get(webhookId) as ListedWebhook,
    position: isKeyed ? { key: eventId as string, id: webhookId } : { key: '', id, webhookId },
    atMs: idTimeMs(isKeyed ? (eventId as string) : id),
  };
}
