import { view } from '../output/view.ts';

/** Events. */
export const eventView = view(
  'id',
  [
    'id',
    ['created_at', 'time', 'CREATED'],
    'type',
    ['invocations_count', 'number', 'INVOCATIONS'],
    ['skipped_count', 'number', 'SKIPPED'],
    ['body_length', 'number', 'BYTES'],
  ],
  ['stored_id', 'origin'],
  ['body', 'headers', 'headers_left_out', 'invocations', 'skipped'],
);
