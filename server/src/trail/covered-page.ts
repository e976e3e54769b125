import type { TrailRow } from '../sql/read-created-invocations.ts';
import type { Merged } from './merge-streams.ts';
import { nextId } from './next-id.ts';
import type { Page, PageRequest, Position } from './page.ts';

/** A page, and the span of the order's time that it has read: all matches in it are on this page. */
export interface CoveredPage extends Page<TrailRow> {
  readonly covered: { readonly fromMs: number; readonly toMs: number };
}

interface Reading {
  readonly descending: boolean;
  readonly page: PageRequest;
  /** The span of a list that was read to its ends. */
  readonly span: { readonly fromMs: number; readonly toMs: number };
  readonly positionOf: (row: TrailRow) => Position;
  readonly timeOf: (position: Position) => number;
}

/** Makes a page of what was read for it: up to one row more than it has, nearest first. */
export function coveredPage(
  { rows: found, stoppedAt }: Merged,
  { descending, page, positionOf, span, timeOf }: Reading,
): CoveredPage {
  const from = page.after ?? page.before;
  const backward = page.before !== undefined;
  const downward = descending !== backward;
  const rows = found.slice(0, page.size);
  const last = rows.at(-1);
  const end = found.length > page.size && last !== undefined ? positionOf(last) : stoppedAt;
  const cover = (position: Position | undefined, otherwise: number) =>
    position === undefined ? otherwise : timeOf(position);
  const [nearMs, farMs] = downward ? [span.toMs, span.fromMs] : [span.fromMs, span.toMs];
  // What another node recorded may be a moment ahead.
  const read = [
    cover(from, nearMs),
    cover(end, farMs),
    ...rows.map((row) => timeOf(positionOf(row))),
  ];
  const nearest = rows[0];
  // Where the reader came from there are rows, or a span that was read and had none: without rows, the
  // page beside this one begins with the row at the position itself.
  const behind =
    from && (nearest === undefined ? beside(from, downward ? -1 : 1) : positionOf(nearest));
  if (backward) rows.reverse();
  const [after, before] = backward ? [behind, end] : [end, behind];
  return {
    rows,
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    covered: { fromMs: Math.min(...read), toMs: Math.max(...read) },
  };
}

/** The adjacent position, so that what is beyond it includes a row at the given one. */
function beside({ key, id, webhookId }: Position, step: 1 | -1): Position {
  if (webhookId === undefined) return { key, id: nextId(id, step) };
  return { key, id, webhookId: nextId(webhookId, step) };
}
