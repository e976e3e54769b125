import { view } from '../output/view.ts';

/** What the doctor found. */
export const findingView = view('check', ['check', ['state', 'status'], 'message', 'next']);
