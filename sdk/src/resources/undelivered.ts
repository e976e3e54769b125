import { readFramed } from '../internal/read-framed.ts';
import { selectionParameters } from '../internal/selection-parameters.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Undelivered } from '../models/undelivered.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { undelivered } from '../shapes/undelivered.ts';
import type { InvocationsSelection } from './invocations.ts';

/** Counts what is undelivered, by webhook and cause. */
export type CountUndelivered = (
  selection?: InvocationsSelection,
  options?: CallOptions,
) => APIPromise<Undelivered>;

const readUndelivered = readFramed(undelivered, {
  undelivered: 'list',
  total: 'object',
  meta: 'object',
});

/** Creates the operation that counts what is undelivered. */
export const countUndelivered =
  (send: Send): CountUndelivered =>
  (selection, options) =>
    send(
      { path: v1Path('undelivered'), query: { ...selectionParameters(selection) } },
      readUndelivered,
      options,
    );
