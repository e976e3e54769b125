// Hears of sign-ins and sign-outs in other tabs, also while the code loads (`data/follow-sign-in.ts`).
window.hooktrailTabs = new BroadcastChannel('hooktrail-session');
window.hooktrailTabs.onmessage = () => location.reload();

// Asks for what the first screen needs while the browser still loads the code that shows it. `takeEarly` gives
// an answer in place of a request for the same.
{
  const ask = (path, options) =>
    fetch(path, { credentials: 'same-origin', cache: 'no-store', ...options }).catch(
      () => undefined,
    );
  const asked = new Map([['/v1/session?', ask('/v1/session')]]);
  if (/^\/console\/invocations\/?$/.test(location.pathname)) {
    const given = new URLSearchParams(location.search);
    const parameters = new URLSearchParams({ 'page[size]': '100' });
    for (const name of ['q', 'sort']) {
      const value = given.get(name);
      if (value) parameters.set(name, value);
    }
    const path = `/v1/invocations?${parameters}`;
    asked.set(path, ask(path, { headers: { accept: 'application/json' } }));
  }
  window.hooktrailAsked = asked;
}
