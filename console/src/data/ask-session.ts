import { link } from './link.ts';
import { type Session, session } from './session.ts';
import { sessionFetch } from './session-fetch.ts';

interface Answer {
  readonly session: {
    readonly account: Session['account'];
    readonly token: { readonly name: string; readonly role: string };
    readonly version: string;
  };
}

/** Asks the node who is signed in, and notes it. */
export async function askSession(): Promise<void> {
  try {
    const response = await sessionFetch('/v1/session', {});
    if (!response.ok) {
      if (response.status === 401) session.value = null;
      else link.value = 'lost';
      return;
    }
    const { session: found } = (await response.json()) as Answer;
    session.value = {
      account: found.account,
      role: found.token.role,
      tokenName: found.token.name,
      version: found.version,
    };
  } catch {
    link.value = 'lost';
  }
}
