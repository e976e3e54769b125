import { list } from '../internal/list.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { AuditEntry } from '../models/audit-entry.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { auditEntry } from '../shapes/audit-entry.ts';

/** The filters and page of a list of changes. */
export interface ListAuditQuery extends Omit<PageQuery, 'sort'> {
  /** The earliest time, inclusive: `filter[from_ts]`. */
  readonly filterFromTs?: Date | string | undefined;
  /** The latest time, inclusive: `filter[to_ts]`. */
  readonly filterToTs?: Date | string | undefined;
  /** The operation, such as `patchWebhook`: `filter[operation]`. */
  readonly filterOperation?: string | undefined;
  /** Another account, for operators only; default: the account of the credentials. */
  readonly accountId?: number | undefined;
}

/** Who changed what, and when; for admins and operators. */
export interface Audit {
  /**
   * Lists the changes of the last 400 days, newest first: those made through the API, and those
   * that Hooktrail made itself. They never hold secrets. Await the result for the first page, or
   * iterate over it for the changes of all pages.
   *
   * @param query - Filters, account, size and cursor; every page keeps all but the cursor.
   * @param options - Apply to each page.
   */
  list(query?: ListAuditQuery, options?: CallOptions): PagePromise<AuditEntry>;
}

/** Creates the operations on the audit trail. */
export const audit = (send: Send): Audit => ({
  list: ({ accountId, ...query } = {}, options) =>
    list(
      send,
      {
        path: v1Path('audit'),
        name: 'audit',
        kind: auditEntry,
        parameters: { account_id: accountId },
      },
      query,
      options,
    ),
});
