import { cache } from './cache.ts';
import { sayToTabs } from './follow-sign-in.ts';
import { forgetDrafts } from './forget-drafts.ts';
import { session } from './session.ts';
import { sessionFetch } from './session-fetch.ts';
import { toast } from './toast.ts';

/**
 * Ends the session on every node, and forgets what was fetched with it. Where no node ends it, the reader stays
 * signed in: the cookie would still be good after a reload.
 */
export async function signOut(): Promise<void> {
  if (import.meta.env.DEV) sessionStorage.removeItem('hooktrail-token');
  const answer = await sessionFetch('/v1/session', { method: 'DELETE' }).catch(() => undefined);
  if (answer === undefined || answer.status >= 500) {
    toast.value = {
      text: 'You are still signed in: no node ended the session. Try again.',
      bad: true,
    };
    return;
  }
  sayToTabs('out');
  cache.clear();
  forgetDrafts();
  session.value = null;
}
