import { view } from '../output/view.ts';

/** A signing secret. */
export const secretView = view('secret', ['secret', 'algorithm', ['previous_until', 'time']]);
