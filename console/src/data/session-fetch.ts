import { batch } from '@preact/signals';
import { link } from './link.ts';
import { session } from './session.ts';

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
  let response: Response;
  try {
    response = await fetch(url, {
      ...init,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch (error) {
    if (init.signal?.aborted !== true) link.value = 'lost';
    throw error;
  }
  batch(() => {
    link.value = 'up';
    if (response.status === 401 && session.peek()) session.value = 'ended';
  });
  return response;
}
