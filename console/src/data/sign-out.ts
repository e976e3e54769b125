import { cache } from './cache.ts';
import { session } from './session.ts';
import { sessionFetch } from './session-fetch.ts';

/** Ends the session on every node, and forgets what was fetched with it. */
export async function signOut(): Promise<void> {
  if (import.meta.env.DEV) sessionStorage.removeItem('hooktrail-token');
  await sessionFetch('/v1/session', { method: 'DELETE' }).catch(() => undefined);
  cache.clear();
  session.value = null;
}
