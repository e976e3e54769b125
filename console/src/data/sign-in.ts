import { askSession } from './ask-session.ts';
import { cache } from './cache.ts';
import { sayToTabs } from './follow-sign-in.ts';
import { sessionFetch } from './session-fetch.ts';

/** Why the node refused, in its words where it said any. */
async function reasonIn(response: Response): Promise<string> {
  const said = (await response.json().catch(() => undefined)) as
    | { readonly error?: { readonly message?: string } }
    | undefined;
  return `The node answered ${response.status}${said?.error?.message ? `: ${said.error.message}` : ''}.`;
}

/**
 * Exchanges a token, or the code of a link that signs in once, for the cookie of a session.
 *
 * @throws Error with the reason in words.
 */
export async function signIn(given: { readonly token: string } | { readonly code: string }) {
  const response = await sessionFetch('/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  }).catch(() => {
    throw new Error('The node cannot be reached. Try again.');
  });
  if (import.meta.env.DEV && response.status === 404 && 'token' in given) {
    sessionStorage.setItem('hooktrail-token', given.token);
  } else if (!response.ok) {
    if (response.status === 429) throw new Error('Too many tries. Wait a minute and try again.');
    // Anything else says nothing of the token: an origin that a proxy changed, a suspended account, a failing node.
    if (response.status !== 401) throw new Error(await reasonIn(response));
    throw new Error(
      'token' in given
        ? 'This token is not valid. It may have been revoked, or is not complete.'
        : 'This link has been used or is older than 15 minutes. Sign in with a token.',
    );
  }
  sayToTabs('in');
  cache.clear();
  await askSession();
}
