/**
 * What `Retry-After` asks to wait, in milliseconds: seconds, with a fraction or without, or an
 * HTTP date. A date that has passed asks for no wait. `undefined` when it says neither.
 */
export const retryAfterMs = (value: string | null): number | undefined => {
  if (!value) return undefined;
  const ms = Number(value) * 1000;
  const wait = Number.isNaN(ms) ? Date.parse(value) - Date.now() : ms;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
};
