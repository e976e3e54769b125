import type { Items } from '@hooktrail/sdk';
import type { ListedGap } from '@hooktrail/sdk/hooktrail';
import type { Context } from '../session/context.ts';
import type { ListOptions } from './list-options.ts';
import { sayGaps } from './say-gaps.ts';

/** The largest page of the API. */
const PAGE = 100;

/** The size of the first page: no larger than what is printed. */
export const pageSize = ({ limit, all }: ListOptions): number =>
  all === true ? PAGE : Math.min(limit, PAGE);

/** The first items of a list. Says so when there are more. */
export async function* limited<T>(
  context: Context,
  list: Items<T>,
  { limit, all }: ListOptions,
): AsyncGenerator<T, void, undefined> {
  const most = all === true ? Number.POSITIVE_INFINITY : limit;
  const say = (): void =>
    context.note(`${limit} shown, and there are more: --limit ${limit * 10} or --all`, {
      more: true,
    });
  let shown = 0;
  const said = new Set<string>();
  for await (const page of list.pages()) {
    // Pages of an archive have them.
    sayGaps(context, (page as { gaps?: readonly ListedGap[] }).gaps ?? [], said);
    for (const item of page.items) {
      if (shown === most) return say();
      yield item;
      shown++;
    }
    if (shown === most && page.hasNext()) return say();
    if (context.signal.aborted) return;
  }
}
