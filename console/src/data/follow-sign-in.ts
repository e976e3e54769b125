/** All tabs of a browser have one cookie, and so one session. */
const tabs = new BroadcastChannel('hooktrail-session');

/** Tells the other tabs that somebody signed in or out. */
export function tellTabs(): void {
  tabs.postMessage(undefined);
}

/**
 * Loads the page again when somebody signs in or out in another tab: what it shows is of who was signed in
 * before, and what it does would be done by, and to, the account of who is now. Drafts are kept by account.
 */
export function followSignIn(): void {
  tabs.onmessage = () => location.reload();
}
