import { ZendeskError } from './zendesk-error.ts';

/** The connection failed or broke before a whole answer arrived. `cause` is what `fetch` threw. */
export class ConnectionError extends ZendeskError {
  override name = 'ConnectionError';
}
