/**
 * The wait that `Retry-After` asks for, in milliseconds. The header holds seconds (with a fraction
 * or without) or an HTTP date; a date in the past means no wait. `undefined` for anything else. A
 * date that ends with a digit names no zone: `asctime`, the oldest form, means GMT by RFC 9110.
 */
export const retryAfterMs = (value: string | null): number | undefined => {
  if (!value) return undefined;
  const ms = Number(value) * 1000;
  const wait = Number.isNaN(ms) ? Date.parse(value.replace(/\d$/, '$& GMT')) - Date.now() : ms;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
};
