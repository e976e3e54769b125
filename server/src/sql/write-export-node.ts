import { text, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';

/** Where a node writes exports. */
export interface ExportNode {
  readonly id: string;
  readonly host: string;
  readonly path: string;
  /** What its folder is marked with; null before it has used it. */
  readonly folder: string | null;
}

/** Says that a node is up, and where it writes exports. */
export const writeExportNode = query<ExportNode, never>(
  'write-export-node',
  {
    id: uuid((p) => p.id),
    host: text((p) => p.host),
    path: text((p) => p.path),
    folder: text((p) => p.folder),
  },
  `insert into export_node as n (id, host, path, folder, seen_at)
values ($id, $host, $path, $folder, now())
on conflict (id) do update set folder = excluded.folder, seen_at = excluded.seen_at`,
);
