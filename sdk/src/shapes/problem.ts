import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { Problem, Problems } from '../models/problem.ts';

/** What is wrong with an account. */
export const problems = model<Problems>({
  problems: list(
    model<Problem>({
      kind: asIs,
      explanation: asIs,
      webhook: asIs,
      source: asIs,
      job: asIs,
      reasonCode: asIs,
      since: time,
      nextProbeAt: time,
      growing: asIs,
      attempts: asIs,
      failed: asIs,
    }),
  ),
  counts: asIs,
  meta: model<Problems['meta']>({ at: time, webhooks: asIs, counted: asIs }),
});
