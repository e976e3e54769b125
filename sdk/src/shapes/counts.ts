import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  CountedDurations,
  Counts,
  CountsRow,
  CountsTotal,
  LiveCount,
} from '../models/counts.ts';
import type { ListedWebhook } from '../models/listed-invocation.ts';

const total = {
  attempts: asIs,
  succeeded: asIs,
  successShare: asIs,
  settled: asIs,
  delivered: asIs,
  reopened: asIs,
  durationMs: model<CountedDurations>({ mean: asIs, p50: asIs, p95: asIs, p99: asIs }),
};

/** Counts by webhook, status, error class or time. */
export const counts = model<Counts>({
  counts: list(
    model<CountsRow>({
      webhook: model<ListedWebhook>({ id: asIs, name: asIs, deletedAt: time, origin: asIs }),
      status: asIs,
      errorClass: asIs,
      at: time,
      ...total,
    }),
  ),
  total: model<CountsTotal>(total),
  live: model<LiveCount>({ invocations: asIs, more: asIs }),
  meta: model<Counts['meta']>({ from: time, to: time, unit: asIs, countedUntil: time }),
});
