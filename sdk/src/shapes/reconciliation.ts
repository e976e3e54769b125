import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  ReconciledHour,
  ReconciledInvocation,
  ReconcileNumbers,
  Reconciliation,
} from '../models/reconciliation.ts';
import { listedGap } from './source.ts';

const numbers = {
  listed: asIs,
  arrived: asIs,
  notArrived: asIs,
  failed: asIs,
  failedArrived: asIs,
  neverSent: asIs,
  notListed: asIs,
} as const;

/** What a source lists against what arrived. */
export const reconciliation = model<Reconciliation>({
  hours: list(
    model<ReconciledHour>({
      hour: time,
      webhook: asIs,
      inbox: asIs,
      from: time,
      to: time,
      ...numbers,
      unknown: asIs,
    }),
  ),
  total: model<ReconcileNumbers>(numbers),
  missing: asIs,
  meta: model<Reconciliation['meta']>({
    hasMore: asIs,
    afterCursor: asIs,
    beforeCursor: asIs,
    from: time,
    to: time,
    webhooks: asIs,
    comparedUntil: time,
    gaps: list(listedGap),
  }),
});

/** An invocation behind a number. */
export const reconciledInvocation = model<ReconciledInvocation>({
  id: asIs,
  webhook: asIs,
  kind: asIs,
  createdAt: time,
  status: asIs,
  statusCode: asIs,
  attemptsCount: asIs,
  latestCompletedAt: time,
  arrivedAt: time,
  eventId: asIs,
});
