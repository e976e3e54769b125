import { MASK } from './mask.ts';
import { maskedQuery } from './masked-query.ts';

/**
 * The address of an inbox, whose token is enough to publish. The router decodes the path first: `%69n` leads to
 * an inbox, too. A request line may have the whole address, as clients send it to a proxy.
 */
const INBOX = /^((?:[a-z][a-z\d+.-]*:\/\/[^/?#]*)?\/+(?:i|%69)(?:n|%6e)\/+)[^/?#]+/i;

/** A token below another path, as before a proxy that strips that, or in a path that leads nowhere. */
const TOKEN = /(\/(?:i|%69)(?:n|%6e)\/+)(?:h|%68)(?:i|%69)(?:_|%5f)[^/?#]+/gi;

/** Masks what `maskedQuery` does, and the token of an inbox, which ends before the query. */
export function maskedUrl(url: string): string {
  return maskedQuery(url).replace(INBOX, `$1${MASK}`).replace(TOKEN, `$1${MASK}`);
}
