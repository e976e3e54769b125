import type { SelectionParts } from '../replay/list-selection.ts';
import type { ExportViews } from './export-views.ts';

/** What reading the rows of an export needs. */
export interface ExportParts extends SelectionParts {
  readonly views: ExportViews;
}
