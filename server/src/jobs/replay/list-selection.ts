import type { Runner } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Account } from '../../model/account.ts';
import type { Clock } from '../../model/clock.ts';
import { DAY_MS } from '../../model/time-units.ts';
import { type CompiledQuery, compileQuery } from '../../query/compile-query.ts';
import { intersect, type Range } from '../../query/ranges.ts';
import { checkKeyTerms } from '../../search/keys/check-key-terms.ts';
import { listKeyedInvocations } from '../../search/keys/list-keyed-invocations.ts';
import { readArchiveWebhooks } from '../../sql/read-archive-webhooks.ts';
import { readDeletedWebhookNames } from '../../sql/read-deleted-webhooks.ts';
import type { CoveredPage } from '../../trail/covered-page.ts';
import { listCreatedInvocations } from '../../trail/list-created-invocations.ts';
import { namedWebhooks } from '../../trail/named-webhooks.ts';
import type { Position } from '../../trail/page.ts';
import { type ListedWebhook, selectWebhooks } from '../../trail/select-webhooks.ts';
import { TooManySelected } from './too-many-selected.ts';

/** What reading the selection of a job needs. */
export interface SelectionParts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly directory: Directory;
  readonly oneLane: boolean;
  readonly retentionDays: number;
}

/** As the list over all webhooks: each of them is a probe of an index in each page. */
export const MOST_WEBHOOKS = 10_000;

/** A selection, page by page. */
export interface Selection {
  readonly webhooks: ReadonlyMap<string, ListedWebhook>;
  /** How long the span of creation is that it covers, or that of it which lies in a range. */
  lengthMs(within?: Range): number;
  read(after: Position | undefined, size: number): Promise<CoveredPage>;
}

/** Compiles the query of a job. @throws UnservedField */
export function compileSelection(
  query: CompiledQuery['query'],
  beforeMs: number,
  account: Account,
): CompiledQuery {
  const compiled = compileQuery(query, beforeMs, 'a job', ['json', 'header']);
  checkKeyTerms(account, compiled.keys);
  const created = intersect(compiled.created, [[Number.NEGATIVE_INFINITY, beforeMs]]);
  return { ...compiled, created, nothing: compiled.nothing || created.length === 0 };
}

/**
 * Opens what a query selects, in the order of creation, in which no row moves.
 *
 * @throws TooManySelected, UnservedField
 */
export async function openSelection(
  parts: SelectionParts,
  accountId: number,
  {
    query,
    beforeMs,
    descending,
  }: {
    readonly query: CompiledQuery['query'];
    readonly beforeMs: number;
    readonly descending: boolean;
  },
): Promise<Selection> {
  const { database, directory } = parts;
  const account = directory.account(accountId) as Account;
  const compiled = compileSelection(query, beforeMs, account);
  const among = namedWebhooks(compiled.webhooks);
  const asked = { accountId, among, limit: MOST_WEBHOOKS + 1 };
  const deleted = await database.run(readDeletedWebhookNames, asked);
  const archived = await database.run(readArchiveWebhooks, asked);
  const webhooks = await selectWebhooks({ accountId, archived, deleted, directory }, compiled);
  if (webhooks.length > MOST_WEBHOOKS) throw new TooManySelected(MOST_WEBHOOKS);
  const keyed = compiled.keys.length > 0;
  const ours = webhooks.filter(({ family }) => family === 'local');
  const { clock, retentionDays } = parts;
  const stored: Range = [clock.now() - (retentionDays + 1) * DAY_MS, beforeMs];
  return {
    lengthMs: (within = stored) => {
      const ranges = intersect(intersect(compiled.created, [stored]), [within]);
      return Math.max(
        1,
        ranges.reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0),
      );
    },
    webhooks: new Map(webhooks.map((one) => [one.id, one])),
    read: (after, size) => {
      const page = { size, ...(after !== undefined && { after }) };
      return keyed
        ? listKeyedInvocations(parts, {
            account,
            query: compiled,
            webhooks: ours,
            descending,
            page,
          })
        : listCreatedInvocations(parts, { query: compiled, webhooks, descending, page });
    },
  };
}
