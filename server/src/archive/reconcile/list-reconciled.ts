import type { Runner } from '../../database/database.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import type { ReconcileKind } from '../../model/reconcile.ts';
import { HOUR_MS } from '../../model/time-units.ts';
import {
  type ReconciledRow,
  readArrivedRowsAbove,
  readArrivedRowsBelow,
  readReconciledAbove,
  readReconciledBelow,
} from '../../sql/read-archived-reconciled.ts';
import {
  type ReconcileHourRow,
  readReconcileHoursAbove,
  readReconcileHoursBelow,
} from '../../sql/read-reconcile-hours.ts';
import { nextId } from '../../trail/next-id.ts';
import type { Page, PageRequest, Position } from '../../trail/page.ts';
import { readPage } from '../../trail/read-page.ts';

interface Span {
  readonly sourceId: string;
  readonly webhookId: string | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Hours of webhooks that have rows; each has one at least. */
const HOURS_AT_ONCE = 50;

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/**
 * Lists the invocations behind a number: by hour, the latest first, then by webhook, then newest first. It reads
 * only hours whose number is not 0, so a page costs at most as many small reads as it has rows.
 */
export function listReconciled(
  runner: Runner,
  span: Span,
  kind: ReconcileKind,
  request: PageRequest,
): Promise<Page<ReconciledRow>> {
  return readPage<ReconciledRow>(
    {
      descending: true,
      positionOf: ({ id, webhook_id: webhookId }) => ({ key: `${hourOf(id)} ${webhookId}`, id }),
      read: (direction, from, limit) => read(direction === 'forward', from, limit),
    },
    request,
  );

  async function read(
    down: boolean,
    from: Position | undefined,
    limit: number,
  ): Promise<readonly ReconciledRow[]> {
    const rows: ReconciledRow[] = [];
    const [hour, webhook] = from === undefined ? [] : String(from.key).split(' ');
    let beyond = {
      beyondMs: hour === undefined ? (down ? span.toMs : span.fromMs - HOUR_MS) : Number(hour),
      // With the hour and the webhook of the position.
      beyondWebhook:
        webhook === undefined ? (down ? FIRST_ID : LAST_ID) : nextId(webhook, down ? 1 : -1),
    };
    while (rows.length < limit) {
      const hours = await runner.run(down ? readReconcileHoursBelow : readReconcileHoursAbove, {
        ...span,
        ...beyond,
        kind,
        limit: HOURS_AT_ONCE,
      });
      for (const one of hours) {
        if (rows.length >= limit) break;
        const isOfPosition = one.webhook_id === webhook && one.hour_at.getTime() === Number(hour);
        const fromId = isOfPosition ? from?.id : undefined;
        rows.push(...(await rowsOf(one, down, limit - rows.length, fromId)));
      }
      const last = hours.at(-1);
      if (last === undefined || hours.length < HOURS_AT_ONCE) break;
      beyond = { beyondMs: last.hour_at.getTime(), beyondWebhook: last.webhook_id };
    }
    return rows;
  }

  function rowsOf(
    { from_at: fromAt, to_at: toAt, webhook_id: webhookId }: ReconcileHourRow,
    down: boolean,
    limit: number,
    fromId: string | undefined,
  ): Promise<readonly ReconciledRow[]> {
    const params = {
      lane: laneOf(webhookId),
      webhookId,
      aboveId: !down && fromId !== undefined ? fromId : nextId(firstIdAt(fromAt.getTime()), -1),
      belowId: down && fromId !== undefined ? fromId : firstIdAt(toAt.getTime()),
      limit,
    };
    if (kind === 'arrived') {
      return runner.run(down ? readArrivedRowsBelow : readArrivedRowsAbove, params);
    }
    const query = down ? readReconciledBelow : readReconciledAbove;
    return runner.run(query, { ...params, kind });
  }
}

const hourOf = (id: string): number => Math.floor(idTimeMs(id) / HOUR_MS) * HOUR_MS;
