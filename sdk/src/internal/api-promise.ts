import type { APIPromise, WithResponse } from '../api-promise.ts';
import { nothing } from './nothing.ts';

/** The promise of a value, from the promise of the value with its answer. */
export const apiPromise = <T>(sent: Promise<WithResponse<T>>): APIPromise<T> => {
  const value = sent.then(({ data }) => data);
  return Object.assign(value, {
    withResponse: () => {
      // Who takes it with the answer does not look at the bare promise any more, and a failure
      // would be reported there as unhandled.
      value.catch(nothing);
      return sent;
    },
  });
};
