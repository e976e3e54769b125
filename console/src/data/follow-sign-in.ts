import { forgetDrafts } from './forget-drafts.ts';
import { readSession } from './read-session.ts';
import { type Session, session } from './session.ts';

declare global {
  interface Window {
    /** Opened by `early.js`: a second channel would hear what this page says. */
    hooktrailTabs?: BroadcastChannel;
  }
}

/** All tabs of a browser have one cookie, and so one session. */
const tabs = window.hooktrailTabs ?? new BroadcastChannel('hooktrail-session');

/** Says to the other tabs that somebody signed in or out. */
export function sayToTabs(what: 'in' | 'out'): void {
  tabs.postMessage(what);
}

/** Tokens may have one name, and another role. */
const isSame = (one: Session | null | undefined, other: Session | null | undefined) =>
  one?.account.id === other?.account.id &&
  one?.tokenName === other?.tokenName &&
  one?.role === other?.role;

/**
 * Loads the page again when somebody signs out in another tab, or signs in as somebody else: what it shows is of who
 * was signed in before, and what it does would be done by, and to, the account of who is now. A tab whose session has
 * ended asks for a token itself, and keeps what is being written.
 */
export function followSignIn(): void {
  tabs.onmessage = async ({ data }: MessageEvent<'in' | 'out'>) => {
    if (data === 'out') forgetDrafts();
    else {
      const before = session.peek();
      if (before === 'ended') return;
      const now = await readSession().catch(() => undefined);
      if (isSame(now, before)) return;
    }
    location.reload();
  };
}
