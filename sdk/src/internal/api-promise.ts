import type { APIPromise, WithResponse } from '../results/api-promise.ts';
import { ignore } from './ignore.ts';

/** The promise of a value, made from the promise of the value with its answer. */
export const apiPromise = <T>(sent: Promise<WithResponse<T>>): APIPromise<T> => {
  const value = sent.then(({ data }) => data);
  return Object.assign(value, {
    withResponse: () => {
      // The caller awaits `sent` and drops `value`, whose rejection would count as unhandled.
      value.catch(ignore);
      return sent;
    },
  });
};
