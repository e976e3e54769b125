import { APIError } from '@hooktrail/sdk';
import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { useEffect, useState } from 'preact/hooks';
import { hooktrail } from './hooktrail.ts';
import { useVisible } from './use-visible.ts';

/** `off`: the feed does not serve this query, or the node refused it. */
export type FeedState = 'on' | 'off';

/** Follows the invocations that a query selects, while `enabled` and somebody looks. */
export function useFeed(
  q: string,
  enabled: boolean,
  onInvocation: (invocation: ListedInvocation) => void,
): FeedState {
  const [state, setState] = useState<FeedState>('on');
  const visible = useVisible();
  useEffect(() => {
    if (!enabled || !visible) return undefined;
    const stop = new AbortController();
    const follow = async () => {
      setState('on');
      try {
        const { signal } = stop;
        for await (const event of hooktrail.feed({ q, signal })) {
          if ('invocation' in event && event.invocation !== undefined) {
            onInvocation(event.invocation);
          }
        }
      } catch (error) {
        // A lost connection reconnects by itself; only a refusal ends the feed.
        if (!stop.signal.aborted && error instanceof APIError) setState('off');
      }
    };
    void follow();
    return () => stop.abort();
  }, [q, enabled, visible, onInvocation]);
  return state;
}
