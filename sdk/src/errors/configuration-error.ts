import { ZendeskError } from './zendesk-error.ts';

/**
 * A setting or parameter is missing or cannot be sent: no base URL, no credentials, an empty id.
 * Thrown before anything goes on the wire; the message says what to set.
 */
export class ConfigurationError extends ZendeskError {
  override name = 'ConfigurationError';
}
