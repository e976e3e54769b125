import { idTimeMs } from '../../model/ids.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import type { EventSummaryRow } from '../../sql/read-account-events.ts';
import { readEvents } from '../../sql/read-events.ts';
import type { ExportParts } from './export-parts.ts';
import type { ExportCursor } from './export-progress.ts';
import type { ExportRow } from './export-row.ts';
import type { ExportSpec } from './export-spec.ts';
import { openEventSelection } from './open-event-selection.ts';

/** A page of the list takes some 20 ms. */
const PAGE = 500;

/** Bodies that are in memory at once, beside one that is longer. */
const BODIES_BYTES = 4 * 1024 * 1024;

/** The longest value that PostgreSQL has. */
const ANY_LENGTH = 2 ** 30;

/** Reads the events of an export, oldest first. */
export async function* readEventRows(
  parts: ExportParts,
  accountId: number,
  spec: ExportSpec,
  from: ExportCursor,
): AsyncGenerator<ExportRow> {
  const read = await openEventSelection(parts, accountId, spec);
  let after = from.after ?? undefined;
  for (;;) {
    const page = await read(after, PAGE);
    for (const chunk of chunksOf(page.rows, spec.bodies)) {
      const bodies = spec.bodies ? await bodiesOf(parts, accountId, chunk) : new Map();
      for (const row of chunk) {
        yield {
          row: parts.views.event(row, bodies.get(row.id)),
          atMs: idTimeMs(row.id),
          cursor: { after: { key: '', id: row.id }, open: null },
        };
      }
    }
    if (page.after === undefined) return;
    ({ after } = page);
    yield {
      row: undefined,
      atMs: idTimeMs(page.after.id),
      cursor: { after: page.after, open: null },
    };
  }
}

/** Rows whose bodies are read together. */
function* chunksOf(
  rows: readonly EventSummaryRow[],
  withBodies: boolean,
): Generator<readonly EventSummaryRow[]> {
  let chunk: EventSummaryRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const length = withBodies ? (row.bytes ?? 0) : 0;
    if (chunk.length > 0 && bytes + length > BODIES_BYTES) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += length;
  }
  if (chunk.length > 0) yield chunk;
}

async function bodiesOf(
  { database }: ExportParts,
  accountId: number,
  rows: readonly EventSummaryRow[],
): Promise<ReadonlyMap<string, string>> {
  const bodies = new Map<string, string>();
  for (const family of ['local', 'archived'] satisfies Family[]) {
    const events = rows
      .filter(({ source }) => (source === null) === (family === 'local'))
      .map(({ id }) => ({ accountId, id }))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
    if (events.length === 0) continue;
    const request = { events, maxBytes: ANY_LENGTH };
    for (const { body, id } of await database.run(inFamily(readEvents, family), request)) {
      if (body !== null) bodies.set(id, body);
    }
  }
  return bodies;
}
