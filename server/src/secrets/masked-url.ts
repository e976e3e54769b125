import { MASK } from './mask.ts';

/**
 * The address of an inbox, whose token is enough to publish. The router decodes the path first: `%69n` leads to
 * an inbox, too. A request line may have the whole address, as clients send it to a proxy.
 */
const INBOX = /^((?:[a-z][a-z\d+.-]*:\/\/[^/?#]*)?\/+(?:i|%69)(?:n|%6e)\/+)[^/?#]+/i;

/** A token below another path, as before a proxy that strips that, or in a path that leads nowhere. */
const TOKEN = /(\/(?:i|%69)(?:n|%6e)\/+)(?:h|%68)(?:i|%69)(?:_|%5f)[^/?#]+/gi;

/**
 * Masks the query of a URL or path as a whole, for names without a value may be keys as well, and what
 * no stored endpoint has: a fragment and user information. Also the token of an inbox.
 */
export function maskedUrl(url: string): string {
  const shown = url
    .replace(/\/\/[^/?#]*@/, `//${MASK}@`)
    .replace(INBOX, `$1${MASK}`)
    .replace(TOKEN, `$1${MASK}`);
  const mark = shown.search(/[?#]/);
  return mark === -1 || mark === shown.length - 1 ? shown : `${shown.slice(0, mark + 1)}${MASK}`;
}
