import { APIError } from '@hooktrail/sdk';
import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hooktrail } from './hooktrail.ts';
import { useVisible } from './use-visible.ts';

/** `off`: the feed does not serve this query, or the node refused it. */
export type FeedState = 'on' | 'off';

/** How far a page has come. */
interface Reached {
  readonly by: unknown;
  readonly q: string;
  /** Of the last event; undefined before the first one. */
  id?: string | undefined;
  /** When the feed was opened first. */
  readonly openedMs: number;
}

/** The feed goes back no farther. */
const LONGEST_S = 24 * 3_600;

/** Where a feed begins that goes on: after its last event, or by how long ago it was opened. */
function startAt({ id, openedMs }: Reached) {
  if (id !== undefined) return { lastEventId: id };
  const seconds = Math.ceil((performance.now() - openedMs) / 1_000);
  return { since: `${Math.min(seconds, LONGEST_S)}s` };
}

/**
 * Follows the invocations that a query selects, while `enabled` and somebody looks. Whoever looks again
 * gets what happened meanwhile, as far as the feed goes back.
 */
export function useFeed(
  q: string,
  enabled: boolean,
  onInvocation: (invocation: ListedInvocation) => void,
): FeedState {
  const [state, setState] = useState<FeedState>('on');
  const visible = useVisible();
  const reached = useRef<Reached>();
  useEffect(() => {
    if (!enabled || !visible) return undefined;
    const before = reached.current;
    const goesOn = before?.by === onInvocation && before.q === q;
    const place = goesOn ? before : { by: onInvocation, q, openedMs: performance.now() };
    reached.current = place;
    const stop = new AbortController();
    const follow = async () => {
      setState('on');
      try {
        const { signal } = stop;
        const start = goesOn ? startAt(place) : {};
        for await (const event of hooktrail.feed({ q, signal, ...start })) {
          place.id = event.id;
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
