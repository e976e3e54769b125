import type { Session } from './session.ts';
import { sessionFetch } from './session-fetch.ts';

interface Answer {
  readonly session: {
    readonly account: Session['account'];
    readonly token: { readonly name: string; readonly role: string };
    readonly version: string;
  };
}

/**
 * Asks the node who is signed in; null: nobody is.
 *
 * @throws Error if the node does not answer, or answers something else.
 */
export async function readSession(): Promise<Session | null> {
  const response = await sessionFetch('/v1/session', {});
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`the node answered ${response.status}`);
  const { session: found } = (await response.json()) as Answer;
  return {
    account: found.account,
    role: found.token.role,
    tokenName: found.token.name,
    version: found.version,
  };
}
