import { ZendeskError } from './zendesk-error.ts';

/**
 * Something that the caller must set is missing or cannot work: no base URL, no credentials, a
 * parameter that cannot be sent. Thrown before anything goes on the wire; the message says what
 * to set.
 */
export class ConfigurationError extends ZendeskError {
  override name = 'ConfigurationError';
}
