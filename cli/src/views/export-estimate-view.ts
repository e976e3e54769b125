import { view } from '../output/view.ts';

/** What an export would have. */
export const exportEstimateView = view('rows', [
  ['rows', 'number'],
  'exact',
  ['counted', 'number'],
  'webhooks',
  ['webhooks_count', 'number'],
]);
