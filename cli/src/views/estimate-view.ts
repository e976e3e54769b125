import { view } from '../output/view.ts';

/** What a job would do. */
export const estimateView = view('invocations', [
  ['invocations', 'number'],
  'exact',
  ['counted', 'number'],
  'by_status',
  'webhooks',
  ['webhooks_count', 'number'],
  ['already_delivered', 'number'],
  ['bodies_gone', 'number'],
  ['archived', 'number'],
  'skipped_by_reason',
  ['expected_duration_s', 'number'],
]);
