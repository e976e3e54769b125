import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';

/** Invocations of one webhook that failed in one way. */
export interface UndeliveredGroup {
  readonly webhook: ListedInvocation['webhook'];
  /** The error class, or the status where there is none, as of an answer 4xx or 5xx. */
  readonly cause: string;
  readonly isError: boolean;
  readonly rows: readonly ListedInvocation[];
  readonly waiting: number;
}

/** Groups rows by webhook and cause, the largest group first. */
export function groupUndelivered(rows: readonly ListedInvocation[]): UndeliveredGroup[] {
  const groups = new Map<string, ListedInvocation[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.webhook.id, row.errorClass, row.errorClass ? '' : row.status]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()]
    .map((group) => {
      const first = group[0] as ListedInvocation;
      return {
        webhook: first.webhook,
        cause: first.errorClass ?? first.status,
        isError: first.errorClass !== undefined,
        rows: group,
        waiting: group.filter(({ state }) => state !== 'final').length,
      };
    })
    .sort((a, b) => b.rows.length - a.rows.length);
}
