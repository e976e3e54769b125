import { ZendeskError } from './zendesk-error.ts';

/** The server returned a cursor that does not advance: it leads to the same page again. */
export class PaginationError extends ZendeskError {
  override name = 'PaginationError';
}
