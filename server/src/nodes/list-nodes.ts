import type { Runner } from '../database/database.ts';
import { type NodeRow, readNodes } from '../sql/read-nodes.ts';
import { SILENT_MS } from './silent-ms.ts';

/** A node of this database. */
export interface ListedNode extends Omit<NodeRow, 'silent_ms'> {
  /** `missing`: it ended without a word, or cannot reach the database. */
  readonly state: 'up' | 'missing';
}

/** Lists the nodes that are up, and those that are missing since less than a day. */
export async function listNodes(database: Runner): Promise<ListedNode[]> {
  const rows = await database.run(readNodes, undefined);
  return rows.map(({ silent_ms, ...row }) => ({
    ...row,
    state: silent_ms > SILENT_MS ? 'missing' : 'up',
  }));
}
