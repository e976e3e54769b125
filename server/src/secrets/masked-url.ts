import { MASK } from './mask.ts';

/**
 * Masks the query of a URL or path as a whole, for names without a value may be keys as well, and what
 * no stored endpoint has: a fragment and user information. Of a path of ours, also the token of an inbox.
 */
export function maskedUrl(url: string): string {
  const shown = url
    .replace(/\/\/[^/?#]*@/, `//${MASK}@`)
    // The router decodes the path first: `%69n` leads to an inbox, too.
    .replace(/^(\/+(?:i|%69)(?:n|%6e)\/+)[^/?#]+/i, `$1${MASK}`);
  const mark = shown.search(/[?#]/);
  return mark === -1 || mark === shown.length - 1 ? shown : `${shown.slice(0, mark + 1)}${MASK}`;
}
