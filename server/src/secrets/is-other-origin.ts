import { parseUrl } from '../model/parse-url.ts';

/** Whether a request to `endpoint` would leave the origin of `stored`. In doubt it would. */
export function isOtherOrigin(endpoint: string, stored: string): boolean {
  const [asked, kept] = [parseUrl(endpoint), parseUrl(stored)];
  if (asked === undefined || kept === undefined) return endpoint !== stored;
  return asked.origin !== kept.origin;
}
