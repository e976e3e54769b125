import { ConfigurationError } from '../errors/configuration-error.ts';
import { environment } from './environment.ts';

// Encoded, because a slash in a subdomain would send the credentials to another host.
const ofSubdomain = (subdomain: string | undefined): string | undefined =>
  subdomain && `https://${encodeURIComponent(subdomain)}.zendesk.com`;

/**
 * Chooses the base URL, without a slash at its end.
 *
 * @throws ConfigurationError when none is set, or when it is not a plain URL.
 */
export const resolveBaseUrl = (baseUrl?: string, subdomain?: string): string => {
  const text =
    baseUrl ||
    ofSubdomain(subdomain) ||
    environment('ZENDESK_BASE_URL') ||
    ofSubdomain(environment('ZENDESK_SUBDOMAIN'));
  if (!text) {
    throw new ConfigurationError(
      'No server: set baseUrl or ZENDESK_BASE_URL, or subdomain or ZENDESK_SUBDOMAIN',
    );
  }
  try {
    // No user info, because every error and log line has the URL. No query, because the path follows.
    // Not `URL.canParse`: in Node.js 20, calls of it that V8 has optimized refuse letters of Latin-1.
    if (/^https?:[^?#@\\\s]+$/i.test(text) && new URL(text)) return text.replace(/\/+$/, '');
  } catch {
    // Refused below.
  }
  // The message does not quote the URL: it may hold a password.
  throw new ConfigurationError(
    'The base URL is not a plain http or https URL without user name, query and fragment',
  );
};
