import { view } from '../output/view.ts';

/** What a run of `hooktrail archive run` did. */
export const archiveRunView = view('folder', [
  'folder',
  ['complete_until', 'time'],
  ['webhooks', 'number'],
  ['rows', 'number'],
  ['late_rows', 'number'],
  ['attempts', 'number'],
  ['bodies_missing', 'number'],
  ['bodies_lost', 'number'],
  ['gaps', 'number'],
  ['requests', 'number'],
]);
