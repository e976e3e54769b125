declare global {
  interface Window {
    /** By path and parameters, in the order of their names. */
    hooktrailAsked?: Map<string, Promise<Response | undefined>>;
  }
}

/** Whether it has answers for this code. */
export const hasEarly = (): boolean => (window.hooktrailAsked?.size ?? 0) > 0;

/**
 * The answer that `public/early.js` asked for before this code was there, once; undefined where it did not ask
 * for this, or got none.
 */
export async function takeEarly(url: string, init: RequestInit): Promise<Response | undefined> {
  const asked = window.hooktrailAsked;
  if (asked === undefined || asked.size === 0 || (init.method ?? 'GET') !== 'GET') return undefined;
  const { pathname, searchParams } = new URL(url, location.origin);
  const given = [...searchParams].filter(([, value]) => value !== '');
  given.sort(([one], [other]) => (one < other ? -1 : 1));
  const key = `${pathname}?${new URLSearchParams(given)}`;
  const answer = asked.get(key);
  asked.delete(key);
  return answer;
}
