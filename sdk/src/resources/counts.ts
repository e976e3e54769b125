import { readFramed } from '../internal/read-framed.ts';
import { selectionParameters } from '../internal/selection-parameters.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Counts } from '../models/counts.ts';
import type { Open } from '../models/open.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { counts as countsShape } from '../shapes/counts.ts';
import type { InvocationsSelection } from './invocations.ts';

/** Of what counts have rows. */
export interface CountsQuery {
  /** One row for each of these. */
  readonly by?: readonly Open<'webhook' | 'status' | 'error'>[] | undefined;
  /** One row for each of these, in UTC. */
  readonly step?: Open<'minute' | 'hour' | 'day'> | undefined;
}

/** Counts attempts and settled invocations. */
export type CountInvocations = (
  selection?: InvocationsSelection,
  query?: CountsQuery,
  options?: CallOptions,
) => APIPromise<Counts>;

const readCounts = readFramed(countsShape, { counts: 'list', meta: 'object' });

/** Creates the operation that counts. */
export const countInvocations =
  (send: Send): CountInvocations =>
  (selection, { by, step } = {}, options) =>
    send(
      {
        path: v1Path('counts'),
        query: { ...selectionParameters(selection), by: by?.join(), step },
      },
      readCounts,
      options,
    );
