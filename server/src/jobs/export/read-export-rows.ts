import type { ExportParts } from './export-parts.ts';
import type { ExportCursor } from './export-progress.ts';
import type { ExportRow } from './export-row.ts';
import type { Exported, ExportSpec } from './export-spec.ts';
import { readAttemptRows } from './read-attempt-rows.ts';
import { readEventRows } from './read-event-rows.ts';
import { readInvocationRows } from './read-invocation-rows.ts';

type Read = (
  parts: ExportParts,
  accountId: number,
  spec: ExportSpec,
  from: ExportCursor,
) => AsyncGenerator<ExportRow>;

const READ: Readonly<Record<Exported, Read>> = {
  invocations: readInvocationRows,
  attempts: readAttemptRows,
  events: readEventRows,
};

/** Reads the rows of an export from a place on, in the order of creation. */
export const readExportRows: Read = (parts, accountId, spec, from) =>
  READ[spec.of](parts, accountId, spec, from);
