import type { CallOptions } from '../options/call-options.ts';
import type { RequestInput } from '../options/request-input.ts';
import type { APIPromise } from '../results/api-promise.ts';

/**
 * Sends one request, retries it where that may help, and reads the JSON of the answer with `read`,
 * which throws a `TypeError` when the body is not what the operation returns.
 */
export type Send = <T>(
  request: RequestInput,
  read: (body: unknown) => T,
  options?: CallOptions,
) => APIPromise<T>;
