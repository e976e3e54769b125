import { view } from '../output/view.ts';

/** Results of a search. */
export const searchView = view(
  'id',
  [['found_at', 'time', 'FOUND'], 'kind', 'id', ['in', 'text', 'IN'], ['text', 'text', 'TEXT']],
  [],
  ['event', 'invocation', 'matches'],
);
