import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { ListedWebhook } from '../models/listed-invocation.ts';
import type { Undelivered, UndeliveredGroup } from '../models/undelivered.ts';

/** What is undelivered, by webhook and cause. */
export const undelivered = model<Undelivered>({
  undelivered: list(
    model<UndeliveredGroup>({
      webhook: model<ListedWebhook>({ id: asIs, name: asIs, deletedAt: time, origin: asIs }),
      errorClass: asIs,
      status: asIs,
      count: asIs,
      more: asIs,
      waiting: asIs,
      oldestAt: time,
      newestAt: time,
    }),
  ),
  total: model<Undelivered['total']>({ count: asIs, more: asIs, waiting: asIs, groups: asIs }),
  meta: model<Undelivered['meta']>({
    covered: model<Undelivered['meta']['covered']>({ from: time, to: time }),
  }),
});
