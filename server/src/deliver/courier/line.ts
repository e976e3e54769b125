import type { Work } from './work.ts';

/** One webhook on this node: what it holds, and its queue. It exists while it holds a place. */
export interface Line {
  readonly webhookId: string;
  readonly accountId: number;
  /** Work that is not being sent yet, oldest first. */
  readonly queue: Work[];
  /** Places taken: reserved, queued, sending or recording. */
  held: number;
  /** Requests in flight. */
  sending: number;
}
