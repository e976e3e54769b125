import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { sessionFetch } from './session-fetch.ts';

/** The node that served this page. `sessionFetch` sends the cookie in place of credentials. */
export const hooktrail = new Hooktrail({
  baseUrl: location.origin,
  auth: { accessToken: 'the-cookie-of-the-session-is-in-its-place' },
  fetch: sessionFetch,
  // The screens say what failed and offer to try again; a silent second try would hide it.
  retries: { strategy: 'none' },
});
