import { useEffect } from 'preact/hooks';
import { askSession } from './ask-session.ts';
import { cache } from './cache.ts';
import { isReachable } from './is-reachable.ts';
import { link } from './link.ts';
import { session } from './session.ts';

const AGAIN_MS = 2_000;

/** While the node cannot be reached: tries every two seconds, and then loads anew what is shown. */
export function useReconnect(): void {
  const lost = link.value === 'lost';
  useEffect(() => {
    if (!lost) return undefined;
    const timer = setInterval(async () => {
      if (document.visibilityState === 'hidden' || !(await isReachable())) return;
      link.value = 'up';
      if (session.peek() === undefined) await askSession();
      await cache.invalidateQueries();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, [lost]);
}
