import { askSession } from './data/ask-session.ts';
import { cache } from './data/cache.ts';
import { invocationsQuery } from './data/invocations-query.ts';

/** What takes longer than this finds the shell drawn. Less than a tenth of a second seems to be at once. */
const TOGETHER_MS = 100;

/**
 * Asks at once for what the first screen needs. Who is signed in and the first rows would otherwise come one
 * after the other, each a round trip later. Usually `early.js` has asked before.
 *
 * Resolves when all of it is there, or soon anyway: what is drawn at once is styled and laid out once.
 */
export async function begin({ pathname, search }: Location): Promise<void> {
  const asked = [askSession()];
  if (/^\/console\/invocations\/?$/.test(pathname)) {
    const parameters = new URLSearchParams(search);
    const of = (name: string) => parameters.get(name) ?? '';
    asked.push(cache.prefetchInfiniteQuery(invocationsQuery(of('q'), of('sort'), 0)));
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, TOGETHER_MS);
    void Promise.all(asked).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
