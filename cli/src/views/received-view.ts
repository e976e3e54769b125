import { view } from '../output/view.ts';

/** Requests that a local receiver got. */
export const receivedView = view(
  'invocation_id',
  [
    ['at', 'time'],
    'method',
    'path',
    ['status', 'number'],
    'signature',
    ['invocation_id', 'text', 'INVOCATION'],
    'body',
  ],
  [],
  ['headers'],
);
