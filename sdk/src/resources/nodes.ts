import { readMany } from '../internal/read-many.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Node } from '../models/node.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { node } from '../shapes/node.ts';

/** Lists the nodes for operators, the oldest first. */
export type ListNodes = (options?: CallOptions) => APIPromise<Node[]>;

const readNodes = readMany('nodes', node);

/** Creates the operation that lists the nodes. */
export const listNodes =
  (send: Send): ListNodes =>
  (options) =>
    send({ path: v1Path('nodes') }, readNodes, options);
