import { view } from '../output/view.ts';

/** What a job did not send. */
export const skippedView = view('id', [
  'id',
  'webhook_id',
  ['created_at', 'time', 'CREATED'],
  'reason',
]);
