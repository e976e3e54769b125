import { view } from '../output/view.ts';

/** A link that signs in. */
export const linkView = view('url', ['url']);
