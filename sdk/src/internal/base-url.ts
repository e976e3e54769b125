import { ConfigurationError } from '../errors.ts';
import { environment } from './environment.ts';

// Encoded, a slash or the like makes a host that cannot be, and not another one, which would then
// get the credentials.
const ofSubdomain = (subdomain: string | undefined): string | undefined =>
  subdomain && `https://${encodeURIComponent(subdomain)}.zendesk.com`;

/**
 * The base URL that applies, without a slash at its end.
 *
 * @throws ConfigurationError when there is none, or when it cannot be one.
 */
export const resolveBaseUrl = (baseUrl?: string, subdomain?: string): string => {
  const text =
    baseUrl ||
    ofSubdomain(subdomain) ||
    environment('BASE_URL') ||
    ofSubdomain(environment('SUBDOMAIN'));
  // No user info: it would end up in every error and log line. No query: the path comes last.
  if (!text || !/^https?:[^?#@\\\s]+$/i.test(text) || !URL.canParse(text)) {
    throw new ConfigurationError(
      'Set baseUrl or ZENDESK_BASE_URL (a plain URL), or subdomain or ZENDESK_SUBDOMAIN',
    );
  }
  return text.replace(/\/+$/, '');
};
