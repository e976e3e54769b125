import { asIs } from '../codec/as-is.ts';
import type { Kind } from '../codec/kind.ts';
import { model } from '../codec/model.ts';
import type { TrailAttempt } from '../models/trail-attempt.ts';
import { webhookInvocationAttempt } from './webhook-invocation-attempt.ts';

const own = model<Pick<TrailAttempt, 'errorClass' | 'trigger' | 'reason'>>({
  errorClass: asIs,
  trigger: asIs,
  reason: asIs,
});

/** An attempt with what only Hooktrail's own operations return; the rest stays as it was read. */
export const trailAttempt: Kind<TrailAttempt> = {
  ...webhookInvocationAttempt,
  decode: (row) => own.decode(webhookInvocationAttempt.decode(row)) as TrailAttempt,
};
