import { view } from '../output/view.ts';

/** An event as it was accepted, or a line of a batch that was refused. */
export const publishedView = view('event.id', [
  ['line', 'number'],
  ['event.id', 'text', 'EVENT'],
  'invocations',
  'skipped',
  ['invocations_count', 'number'],
  ['skipped_count', 'number'],
  ['status', 'number'],
  'error',
  'errors',
  'errors_count',
  'links',
]);
