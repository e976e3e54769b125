import { readFramed } from '../internal/read-framed.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Problems } from '../models/problem.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { problems } from '../shapes/problem.ts';

/** Lists what is wrong with the account now. */
export type ListProblems = (options?: CallOptions) => APIPromise<Problems>;

const readProblems = readFramed(problems, {
  problems: 'list',
  counts: 'object',
  meta: 'object',
});

/** Creates the operation that lists what is wrong. */
export const listProblems =
  (send: Send): ListProblems =>
  (options) =>
    send({ path: v1Path('problems') }, readProblems, options);
