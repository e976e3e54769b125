import { view } from '../output/view.ts';

/** Whether a webhook is paused. */
export const pauseView = view('paused', ['paused', ['paused_at', 'time'], 'paused_by']);
