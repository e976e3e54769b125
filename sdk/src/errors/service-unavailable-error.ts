import { ServerError } from './server-error.ts';

/** 503: the server is temporarily unavailable and did nothing. */
export class ServiceUnavailableError extends ServerError {
  override name = 'ServiceUnavailableError';
}
