import { view } from '../output/view.ts';

/** What became of a test of a route. */
export const alertTestView = view('sent', ['sent', ['status', 'number'], 'error', 'invocation_id']);
