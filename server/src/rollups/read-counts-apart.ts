import type { Runner } from '../database/database.ts';
import { Unavailable } from '../model/unavailable.ts';
import type { WriterRow } from '../sql/lock-writer.ts';
import type { Counted, RollupParams, RollupRow, RollupUnit } from '../sql/parts/rollup-reading.ts';
import { readLaneDays, readLaneHours, readLaneMinutes } from '../sql/read-lane-rollups.ts';
import {
  readUnfoldedDays,
  readUnfoldedHours,
  readUnfoldedMinutes,
} from '../sql/read-unfolded-rollups.ts';
import { readWriterPositions } from '../sql/read-writer-positions.ts';

interface Request extends RollupParams {
  readonly unfolded: number;
}

const OF_LANES = { minute: readLaneMinutes, hour: readLaneHours, day: readLaneDays };
const OF_WRITERS = {
  minute: readUnfoldedMinutes,
  hour: readUnfoldedHours,
  day: readUnfoldedDays,
};

/** Nodes fold every 10 s, and a read takes a part of a second. */
const MOST_TRIES = 5;

/**
 * Reads counts on a Citus cluster: of each lane a statement of its own, and of each writer, because it
 * refuses both in one. They are not in one snapshot, so a fold between them would count deltas twice, or
 * not at all: it moves the position of its writer, and then all is read again.
 *
 * @throws Unavailable if folding goes on all the time
 */
export async function readCountsApart(
  database: Runner,
  unit: RollupUnit,
  request: Request,
): Promise<RollupRow[]> {
  const lanes = new Map<number, Counted[]>();
  for (const one of request.counted) {
    const some = lanes.get(one.lane);
    if (some === undefined) lanes.set(one.lane, [one]);
    else some.push(one);
  }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const rows: RollupRow[] = [];
    const before = await database.run(readWriterPositions, undefined);
    for (const [lane, counted] of lanes) {
      rows.push(...(await database.run(OF_LANES[unit], { ...request, lane, counted })));
    }
    for (const { id: writer, missing, next_number: next } of before) {
      rows.push(...(await database.run(OF_WRITERS[unit], { ...request, writer, next, missing })));
    }
    const after = await database.run(readWriterPositions, undefined);
    if (isFolded(before, after)) continue;
    return rows;
  }
  throw new Unavailable('counts were folded while they were read', 1);
}

/** Whether deltas were folded between both. */
function isFolded(before: readonly WriterRow[], after: readonly WriterRow[]): boolean {
  const positions = new Map(before.map((row) => [row.id, positionOf(row)]));
  return after.some(
    (row) =>
      positionOf(row) !== (positions.get(row.id) ?? positionOf({ next_number: 1, missing: [] })),
  );
}

const positionOf = ({ missing, next_number }: Pick<WriterRow, 'missing' | 'next_number'>): string =>
  [next_number, ...missing].join(' ');
