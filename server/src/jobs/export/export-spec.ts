import type { Query } from '@hooktrail/sdk/query';
import { DAY_MS } from '../../model/time-units.ts';

/** What rows of an export are. */
export const EXPORTED = ['invocations', 'attempts', 'events'] as const;
export type Exported = (typeof EXPORTED)[number];

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The roles whose views files can have; what an operator sees is what an admin sees. */
export const EXPORT_ROLES = ['admin', 'read'] as const;
export type ExportRole = (typeof EXPORT_ROLES)[number];

/** What an export is asked to do, complete and with its query frozen. */
export interface ExportSpec {
  /** Without a relative time. */
  readonly query: Query;
  /** When it was created: nothing younger is exported. */
  readonly before_ms: number;
  /** Where its query ends at a time: by it the share and the estimate are reckoned. */
  readonly ends_ms?: number;
  readonly of: Exported;
  readonly format: ExportFormat;
  /** Whether rows have the bodies of events, requests and answers. */
  readonly bodies: boolean;
  /** Secrets are masked as for this role. */
  readonly role: ExportRole;
  /** Where people delete the files before they expire. */
  readonly files_until_ms?: number;
}

/** Long enough for a weekend; the rows are in the trail for as long as it is kept. */
export const FILES_KEPT_MS = 7 * DAY_MS;

/** Ten years of days, which is as long as a trail can be kept, and some of an archive. */
export const MOST_FILES = 4_000;

/** Files of the exports of one account: counting them takes some 10 ms. */
export const MOST_FILES_OF_ACCOUNT = 20_000;
