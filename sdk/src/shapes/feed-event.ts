import { asIs } from '../codec/as-is.ts';
import type { Kind } from '../codec/kind.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  FeedEvent,
  FeedGap,
  FeedHold,
  FeedPublished,
  FeedSkipped,
} from '../models/feed-event.ts';
import type { ListedWebhook } from '../models/listed-invocation.ts';
import { listedInvocation } from './listed-invocation.ts';

interface Every
  extends Required<Omit<FeedHold, 'type'>>,
    Omit<FeedSkipped, 'type'>,
    Omit<FeedGap, 'type'> {
  readonly type: string;
  readonly event: FeedPublished;
}

/** An event of the feed, of whatever type. */
export const feedEvent = model<Every>({
  id: asIs,
  type: asIs,
  at: time,
  invocation: listedInvocation,
  event: model<FeedPublished>({ id: asIs, type: asIs, subject: asIs, createdAt: time }),
  webhook: model<ListedWebhook>({ id: asIs, name: asIs, deletedAt: time, origin: asIs }),
  reasonCode: asIs,
  reason: asIs,
  count: asIs,
  from: time,
  to: time,
}) as Kind<unknown> as Kind<FeedEvent>;
