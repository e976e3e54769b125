import { readListedEvents } from '../../trail/read-listed-events.ts';
import type { ExportParts } from './export-parts.ts';
import type { ExportCursor } from './export-progress.ts';
import type { ExportRow } from './export-row.ts';
import type { ExportSpec } from './export-spec.ts';
import { walkInvocations } from './walk-invocations.ts';

/** Their subjects come from up to 16 KiB each of the bodies of events: 8 MiB. */
const PAGE = 500;

/** Reads the invocations of an export, oldest first. */
export async function* readInvocationRows(
  parts: ExportParts,
  accountId: number,
  spec: ExportSpec,
  from: ExportCursor,
): AsyncGenerator<ExportRow> {
  const { clock, database, views } = parts;
  const walk = await walkInvocations(parts, accountId, spec);
  for await (const { after, atMs, invocations } of walk.pages(from.after, PAGE)) {
    const events = await readListedEvents(
      database,
      accountId,
      invocations.map(({ row, webhook }) => ({ id: row.event_id, family: webhook.family })),
    );
    const nowMs = clock.now();
    for (const { atMs: createdMs, position, row, webhook } of invocations) {
      const event = row.event_id === null ? undefined : events.get(row.event_id);
      yield {
        row: views.invocation(row, webhook, event, nowMs),
        atMs: createdMs,
        cursor: { after: position, open: null },
      };
    }
    if (after !== undefined) yield { row: undefined, atMs, cursor: { after, open: null } };
  }
}
