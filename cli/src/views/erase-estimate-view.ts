import { view } from '../output/view.ts';

/** What an erasure would do. */
export const eraseEstimateView = view(
  'events',
  [
    ['events', 'number'],
    ['invocations', 'number'],
    ['archived', 'number'],
    ['skipped', 'number'],
    'exact',
  ],
  [],
  ['skipped_by_reason', 'exports'],
);
