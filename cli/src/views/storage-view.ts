import { view } from '../output/view.ts';

/** What tables take, and their partitions. */
export const storageView = view('name', [
  'name',
  ['from', 'time'],
  ['to', 'time'],
  ['bytes', 'number'],
  ['partitions', 'number'],
  ['dropped_after', 'time', 'DROPPED AFTER'],
]);
