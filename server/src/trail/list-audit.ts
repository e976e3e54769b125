import type { Runner } from '../database/database.ts';
import { firstIdAt } from '../model/ids.ts';
import { type AuditFilters, type AuditRow, readAudit } from '../sql/read-audit.ts';
import { nextId } from './next-id.ts';
import type { Page, PageRequest } from './page.ts';
import { readPage } from './read-page.ts';

interface AuditRequest {
  readonly accountId: number;
  readonly filters: AuditFilters;
  /** Both inclusive, in milliseconds since 1970. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly page: PageRequest;
}

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/**
 * Lists changes of one account, newest first. Ids contain the time, so a time range is an id range.
 */
export function listAudit(
  database: Runner,
  { accountId, filters, fromMs, toMs, page }: AuditRequest,
): Promise<Page<AuditRow>> {
  const first = fromMs === undefined ? FIRST_ID : nextId(idAt(fromMs), -1);
  const last = toMs === undefined ? LAST_ID : idAt(toMs + 1);
  return readPage<AuditRow>(
    {
      descending: true,
      positionOf: ({ id }) => ({ key: '', id }),
      read(direction, from, limit) {
        const forward = direction === 'forward';
        const below = forward && from !== undefined && from.id < last ? from.id : last;
        const above = !forward && from !== undefined && from.id > first ? from.id : first;
        return database.run(readAudit.statement(forward, filters), {
          accountId,
          filters,
          above,
          below,
          limit,
        });
      },
    },
    page,
  );
}

/** Ids start in 1970. */
function idAt(timeMs: number): string {
  return firstIdAt(Math.max(0, timeMs));
}
