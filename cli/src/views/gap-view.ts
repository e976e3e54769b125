import { view } from '../output/view.ts';

/** Gaps of an archive: spans of which it is unknown what finished in them. */
export const gapView = view(
  'id',
  ['source', 'webhook.name', 'reason', ['from', 'time'], ['to', 'time'], ['found_at', 'time']],
  ['id', 'webhook.id'],
  ['webhook'],
);
