import { readCursor } from './page-cursor.ts';
import { badRequest } from './remote-errors.ts';

const LARGEST_PAGE = 100;

interface PageParameters {
  readonly size: number;
  readonly after: Record<string, unknown> | undefined;
  readonly before: Record<string, unknown> | undefined;
}

/** @throws RemoteError 400 for a size out of range, both cursors, and cursors that are not ours */
export function pageParameters(query: URLSearchParams): PageParameters {
  const size = Number(query.get('page[size]') || LARGEST_PAGE);
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
    throw badRequest('page[size] must be from 1 to 100');
  }
  const after = query.get('page[after]') || undefined;
  const before = query.get('page[before]') || undefined;
  if (after !== undefined && before !== undefined) {
    throw badRequest('page[after] and page[before] exclude each other');
  }
  return { size, after: place(after), before: place(before) };
}

function place(cursor: string | undefined): Record<string, unknown> | undefined {
  if (cursor === undefined) return undefined;
  const read = readCursor(cursor);
  if (read === undefined) throw badRequest('the cursor is not valid');
  return read;
}
