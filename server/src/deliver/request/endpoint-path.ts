import type { Target } from '../../model/webhook.ts';
import { withQuery } from './with-query.ts';

/** A percent sign that begins no escape. */
const BARE_PERCENT = /%(?![\dA-Fa-f]{2})/g;

/** Characters that RFC 3986 has neither in a path nor in a query. */
const FOREIGN = /[^\w\-.~!$&'()*+,;=:@/?%]/g;

/**
 * Path and query of an endpoint as they are sent: before the query of a payload, with a key that
 * belongs there. The URL standard leaves `|^[]{}\` and `%zz` as they are in some places; Tomcat and
 * others answer 400 to them.
 */
export function endpointPath({
  authentication,
  endpoint,
}: Pick<Target, 'authentication' | 'endpoint'>): string {
  const { pathname, search } = new URL(endpoint);
  const path = `${pathname}${search}`
    .replace(BARE_PERCENT, '%25')
    .replace(FOREIGN, (character) => encodeURIComponent(character));
  if (authentication?.addPosition !== 'query_string') return path;
  const { name, value } = authentication.data;
  return withQuery(path, new URLSearchParams([[name, value]]).toString());
}
