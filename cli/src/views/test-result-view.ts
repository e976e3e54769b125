import { view } from '../output/view.ts';

/** The outcome of a test request. */
export const testResultView = view('status', [
  ['status', 'status'],
  ['status_code', 'number'],
  'message',
  'withheld',
  'response',
]);
