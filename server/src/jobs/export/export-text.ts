import { CSV_COLUMNS, columnName, columnValue } from './csv-columns.ts';
import { csvLine } from './csv-line.ts';
import type { ExportSpec } from './export-spec.ts';

/** How the rows of an export become text. */
export interface ExportText {
  /** What each file begins with. */
  readonly head: string;
  lineOf(row: object): string;
}

/** The text of rows in the format of an export. */
export function exportText({ bodies, format, of }: ExportSpec): ExportText {
  if (format === 'ndjson') return { head: '', lineOf: (row) => `${JSON.stringify(row)}\n` };
  const columns = CSV_COLUMNS[of].filter((path) => bodies || !BODIES.has(path));
  return {
    head: csvLine(columns.map(columnName)),
    lineOf: (row) => csvLine(columns.map((path) => columnValue(row, path))),
  };
}

/** The columns with bodies. */
const BODIES = new Set(['body', 'request.payload', 'response.payload', 'response_body_raw']);
