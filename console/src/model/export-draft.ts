import type { ExportInput } from '@hooktrail/sdk/hooktrail';

/** How an export is made, as a form holds it. */
export interface ExportDraft {
  readonly of: ExportInput['of'];
  readonly format: 'ndjson' | 'csv';
  /** Of attempts and events; an invocation has none. */
  readonly bodies: boolean;
  readonly role: 'admin' | 'read';
  readonly reason: string;
}

/** What a form says when it opens. */
export const EMPTY_EXPORT: ExportDraft = {
  of: 'invocations',
  format: 'ndjson',
  bodies: true,
  role: 'admin',
  reason: '',
};

/** The export that a form describes: of all that `q` selects, or of everything where it says nothing. */
export function exportInput(q: string, draft: ExportDraft): ExportInput {
  const { bodies, format, of, role } = draft;
  const reason = draft.reason.trim();
  return {
    kind: 'export',
    of,
    ...(q.trim() === '' ? { all: true } : { query: q }),
    ...(format !== 'ndjson' && { format }),
    ...(of !== 'invocations' && !bodies && { bodies }),
    ...(role !== 'admin' && { role }),
    ...(reason !== '' && { reason }),
  };
}
