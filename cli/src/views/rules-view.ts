import { view } from '../output/view.ts';

/** The delivery rules of a webhook. */
export const rulesView = view('effective.profile', ['delivery', 'effective']);
