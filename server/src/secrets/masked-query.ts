import { MASK } from './mask.ts';

/**
 * Masks the query of a URL or path as a whole, for names without a value may be keys as well, and what
 * no stored endpoint has: a fragment and user information.
 */
export function maskedQuery(url: string): string {
  const shown = url.replace(/\/\/[^/?#]*@/, `//${MASK}@`);
  const mark = shown.search(/[?#]/);
  return mark === -1 || mark === shown.length - 1 ? shown : `${shown.slice(0, mark + 1)}${MASK}`;
}
