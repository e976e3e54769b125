import { float8, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

interface Params {
  /** A node that stops. */
  readonly id: string;
  /** And those that were last seen longer ago. */
  readonly olderMs: number;
}

/** Deletes a node that stops, and those that were killed. */
export const deleteExportNodes = query<Params, never>(
  'delete-export-nodes',
  { id: uuid((p) => p.id), older_ms: float8((p) => p.olderMs) },
  `delete from export_node
where id = $id or seen_at < now() - $older_ms * interval '1 millisecond'`,
);
