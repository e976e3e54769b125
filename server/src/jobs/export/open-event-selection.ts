import type { Account } from '../../model/account.ts';
import { listKeyedEvents } from '../../search/keys/list-keyed-events.ts';
import type { EventSummaryRow } from '../../sql/read-account-events.ts';
import { readSources } from '../../sql/read-sources.ts';
import { eventFiltersOf } from '../../trail/event-filters-of.ts';
import { eventSpanOf } from '../../trail/event-span-of.ts';
import { listEvents } from '../../trail/list-events.ts';
import type { Position } from '../../trail/page.ts';
import type { BoundedPage } from '../../trail/read-bounded-page.ts';
import type { SelectionParts } from '../replay/list-selection.ts';
import { compileEventQuery } from './compile-event-query.ts';
import type { ExportSpec } from './export-spec.ts';

/** Reads a page of the events that an export has, oldest first. */
export type ReadEventPage = (
  after: Position | undefined,
  size: number,
) => Promise<BoundedPage<EventSummaryRow>>;

/** Opens the events that a query selects, in the order of creation, in which no row moves. */
export async function openEventSelection(
  parts: SelectionParts,
  accountId: number,
  { before_ms: beforeMs, query }: Pick<ExportSpec, 'before_ms' | 'query'>,
): Promise<ReadEventPage> {
  const account = parts.directory.account(accountId) as Account;
  const compiled = compileEventQuery(query, beforeMs, account);
  if (compiled.nothing) return () => Promise.resolve({ rows: [] });
  const [sources] = await parts.database.run(readSources, accountId);
  const asked = { ...eventSpanOf(compiled.created), descending: false };
  return (after, size) => {
    const page = { size, ...(after !== undefined && { after }) };
    return compiled.keys.length > 0
      ? listKeyedEvents(parts, { ...asked, account, filters: {}, page, query: compiled })
      : listEvents(parts, {
          ...asked,
          accountId,
          archived: sources?.any === true,
          filters: eventFiltersOf(compiled),
          page,
        });
  };
}
