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
  /** Since when the feed is asked for, by `performance.now`. */
  readonly sinceMs: number;
}

/** The feed goes back no farther. */
const LONGEST_S = 24 * 3_600;

/** The feed counts whole seconds back from when the node hears of it. */
const SLACK_MS = 1_000;

/** Where a feed begins: after its last event, or by how long ago the list was read. */
function startAt({ id, sinceMs }: Reached) {
  if (id !== undefined) return { lastEventId: id };
  const seconds = Math.ceil((performance.now() - sinceMs) / 1_000);
  return { since: `${Math.min(seconds, LONGEST_S)}s` };
}

/**
 * Follows the invocations that a query selects, while `enabled` and somebody looks, from when a list of them was
 * asked for. Whoever looks again gets what happened meanwhile, as far as the feed goes back.
 *
 * @param askedAtMs When the list was asked for, in milliseconds since 1970.
 */
export function useFeed(
  q: string,
  enabled: boolean,
  askedAtMs: number,
  onInvocation: (invocation: ListedInvocation) => void,
): FeedState {
  const [state, setState] = useState<FeedState>('on');
  const visible = useVisible();
  const reached = useRef<Reached>();
  const latest = useRef(askedAtMs);
  latest.current = askedAtMs;
  useEffect(() => {
    if (!enabled || !visible) return undefined;
    const before = reached.current;
    const goesOn = before?.by === onInvocation && before.q === q;
    const ageMs = Math.max(0, Date.now() - latest.current) + SLACK_MS;
    const place = goesOn ? before : { by: onInvocation, q, sinceMs: performance.now() - ageMs };
    reached.current = place;
    const stop = new AbortController();
    const follow = async () => {
      setState('on');
      try {
        const { signal } = stop;
        for await (const event of hooktrail.feed({ q, signal, ...startAt(place) })) {
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
