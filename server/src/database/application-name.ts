import { KEY_VERSION } from './key-changes.ts';

/**
 * The name of the connections that run statements or listen, as `pg_stat_activity` shows it. Its number
 * says for which keys the statements of a node are written: while a node with a smaller one is
 * connected, `changeKeys` keeps the key that it needs. Before numbers there was none.
 */
export function applicationName(part?: 'listener'): string {
  return ['hooktrail', KEY_VERSION, part].filter((word) => word !== undefined).join(' ');
}

/** Extracts the number from such a name, or an empty text, as a regular expression of PostgreSQL. */
export const KEY_VERSION_PATTERN = '^hooktrail(?: ([0-9]+))?(?: listener)?$';
