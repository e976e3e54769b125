import { ConnectionError } from './connection-error.ts';

/** No complete answer arrived within `timeoutMs`. */
export class TimeoutError extends ConnectionError {
  override name = 'TimeoutError';
}
