/**
 * The code of a link that signs in once, which then no longer stands in the URL: whoever shares that must not share
 * the code. It is in the fragment, which is never sent to a server.
 */
export function takeCode(): string | undefined {
  const code = /^#code=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (code !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return code;
}
