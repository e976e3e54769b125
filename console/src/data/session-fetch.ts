import { batch } from '@preact/signals';
import { link } from './link.ts';
import { session } from './session.ts';
import { takeEarly } from './take-early.ts';

/** When this page last changed something; an answer from before must not show. */
let changedMs = Number.NEGATIVE_INFINITY;

/** Shortens the age of answers that a request accepts to what is after our own last change. */
function acceptOnlySince(headers: Headers): void {
  const accepted = /^max-age=(\d+)$/.exec(headers.get('cache-control') ?? '')?.[1];
  if (accepted === undefined) return;
  const sinceSeconds = Math.floor((performance.now() - changedMs) / 1_000);
  const seconds = Math.min(Number(accepted), sinceSeconds);
  if (seconds > 0) headers.set('cache-control', `max-age=${seconds}`);
  else headers.delete('cache-control');
}

/** Only with `npm run console`: there a token may stand in for the cookie. */
const developerToken = () =>
  import.meta.env.DEV ? sessionStorage.getItem('hooktrail-token') : null;

/**
 * Sends a request with the cookie of the session, and notes what the answer says of connection and
 * session. The SDK sets a header with credentials; the cookie is in its place.
 */
export async function sessionFetch(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = developerToken();
  if (token === null) headers.delete('authorization');
  else headers.set('authorization', `Bearer ${token}`);
  acceptOnlySince(headers);
  let response: Response;
  try {
    const early = token === null ? await takeEarly(url, init) : undefined;
    response =
      early ??
      (await fetch(url, { ...init, headers, credentials: 'same-origin', cache: 'no-store' }));
  } catch (error) {
    if (init.signal?.aborted !== true) link.value = 'lost';
    throw error;
  } finally {
    if ((init.method ?? 'GET') !== 'GET') changedMs = performance.now();
  }
  batch(() => {
    link.value = 'up';
    if (response.status === 401 && session.peek()) session.value = 'ended';
  });
  return response;
}
