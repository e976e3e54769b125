import { float8 } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { ExportNode } from './write-export-node.ts';

/** Reads the nodes that were up within the last time. */
export const readExportNodes = query<number, ExportNode>(
  'read-export-nodes',
  { within_ms: float8((ms) => ms) },
  `select id, host, path, folder
from export_node
where seen_at > now() - $within_ms * interval '1 millisecond'
order by id
limit 1000`,
);
