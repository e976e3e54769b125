import { remoteIdTimeMs } from './remote-ids.ts';
import { HORIZON_MS, type RemoteRow } from './remote-row.ts';

/** The place of a row in the order of the list. */
export interface RowPlace {
  readonly completedAtMs: number;
  readonly id: string;
  readonly status: string;
}

export interface LogQuery {
  readonly descending: boolean;
  readonly size: number;
  readonly status?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** At most one of the two; both exclusive. */
  readonly after?: RowPlace;
  readonly before?: RowPlace;
  /** Which time `fromMs` and `toMs` compare, and whether the ends belong to the span. */
  readonly field: 'completed' | 'created';
  readonly inclusive: boolean;
}

interface LogPage {
  readonly rows: readonly RemoteRow[];
  /** In the direction of the request. */
  readonly hasMore: boolean;
}

/** The log of one webhook: every row that it ever had, and which of them can be read. */
export class RemoteLog {
  #rows: RemoteRow[] = [];
  #sorted = true;
  readonly #byInvocation = new Map<string, RemoteRow[]>();
  readonly #places = new Set<string>();

  /** Adds rows with any times. One whose id, status and time are known already is left out. */
  add(rows: readonly RemoteRow[]): void {
    for (const row of rows) {
      const key = `${row.completedAtMs} ${row.id} ${row.status}`;
      if (this.#places.has(key)) continue;
      this.#places.add(key);
      this.#rows.push(row);
      this.#sorted = false;
      const ofInvocation = this.#byInvocation.get(row.id);
      if (ofInvocation === undefined) this.#byInvocation.set(row.id, [row]);
      else ofInvocation.push(row);
    }
  }

  /** Makes all that finished until now unreadable, as the service's move to another pod did. */
  erase(nowMs: number): void {
    this.#change((row) =>
      row.completedAtMs > nowMs
        ? row
        : { ...row, unreadableFromMs: Math.min(row.unreadableFromMs, nowMs) },
    );
  }

  /** Erases the log, and what is still to come does not happen. */
  end(nowMs: number): void {
    this.#change((row) => (row.completedAtMs > nowMs ? undefined : row));
    this.erase(nowMs);
  }

  /** Every row that was ever listed until now, oldest first, those that are gone too. */
  history(nowMs: number): RemoteRow[] {
    return this.#inOrder().filter(({ listedAtMs }) => listedAtMs <= nowMs);
  }

  /** The rows of an invocation that can be read, newest first. */
  attempts(invocationId: string, nowMs: number): RemoteRow[] {
    return (this.#byInvocation.get(invocationId) ?? [])
      .filter((row) => isReadable(row, nowMs))
      .sort((a, b) => compare(b, a));
  }

  list(query: LogQuery, nowMs: number): LogPage {
    const rows = this.#inOrder();
    const back = query.before !== undefined;
    const cursor = query.before ?? query.after;
    // Towards older rows: the order of the list, unless it is read from a cursor backwards.
    const down = query.descending !== back;
    const step = down ? -1 : 1;
    const start =
      cursor === undefined
        ? down
          ? rows.length - 1
          : 0
        : down
          ? lowerBound(rows, cursor) - 1
          : lowerBound(rows, cursor, true);
    const found: RemoteRow[] = [];
    for (let at = start; at >= 0 && at < rows.length; at += step) {
      const row = rows[at] as RemoteRow;
      if (down && row.completedAtMs < nowMs - HORIZON_MS) break;
      if (!down && row.completedAtMs > nowMs) break;
      if (!isReadable(row, nowMs) || !matches(row, query)) continue;
      found.push(row);
      if (found.length > query.size) break;
    }
    const page = found.slice(0, query.size);
    return { rows: back ? page.reverse() : page, hasMore: found.length > query.size };
  }

  #inOrder(): readonly RemoteRow[] {
    if (!this.#sorted) this.#rows.sort(compare);
    this.#sorted = true;
    return this.#rows;
  }

  #change(to: (row: RemoteRow) => RemoteRow | undefined): void {
    const rows = this.#inOrder();
    this.#rows = [];
    this.#places.clear();
    this.#byInvocation.clear();
    this.add(rows.map(to).filter((row) => row !== undefined));
  }
}

function isReadable(row: RemoteRow, nowMs: number): boolean {
  return row.listedAtMs <= nowMs && nowMs < row.unreadableFromMs;
}

function matches(row: RemoteRow, query: LogQuery): boolean {
  const { field, inclusive, fromMs, toMs, status } = query;
  if (status !== undefined && row.status !== status) return false;
  const created = field === 'created' ? remoteIdTimeMs(row.id) : undefined;
  const atMs = created ?? row.completedAtMs;
  if (fromMs !== undefined && (inclusive ? atMs < fromMs : atMs <= fromMs)) return false;
  return toMs === undefined || (inclusive ? atMs <= toMs : atMs < toMs);
}

function compare(a: RowPlace, b: RowPlace): number {
  if (a.completedAtMs !== b.completedAtMs) return a.completedAtMs - b.completedAtMs;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.status === b.status ? 0 : a.status < b.status ? -1 : 1;
}

/** How many rows come before the place, or are at most it. */
function lowerBound(rows: readonly RowPlace[], place: RowPlace, orEqual = false): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(rows[middle] as RowPlace, place);
    if (order < 0 || (orEqual && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
