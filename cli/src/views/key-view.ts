import { view } from '../output/view.ts';

/** What events are found by. */
export const keyView = view('key', ['key', ['since', 'time']]);
