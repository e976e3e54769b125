import type { ListedWebhook } from './listed-invocation.ts';
import type { WebhookInvocationStatus } from './webhook-invocation.ts';

/** How much is undelivered. */
export interface UndeliveredTotal {
  /** Exact up to 10,000 of a webhook. */
  count: number;
  /** There may be more: counting stopped. */
  more: boolean;
  /** How many of them are still retried. */
  waiting: number;
}

/** What is undelivered of one webhook for one cause. */
export interface UndeliveredGroup extends UndeliveredTotal {
  /** The webhook. */
  webhook: ListedWebhook;
  /** The cause; absent where `status` is. */
  errorClass?: string;
  /** The cause, where there is no error class. */
  status?: WebhookInvocationStatus;
  /** When the oldest of them was created. */
  oldestAt: Date;
  /** When the newest of them was created. */
  newestAt: Date;
}

/** What is undelivered, by webhook and cause. */
export interface Undelivered {
  /** The largest groups first, 1,000 at most. */
  undelivered: UndeliveredGroup[];
  /** Of all groups. */
  total: UndeliveredTotal & {
    /** How many groups there are. */
    groups: number;
  };
  /** About the count. */
  meta: {
    /** The span of creation that was counted: all that is kept, unless that was too much. */
    covered: { from: Date; to: Date };
  };
}
