import { view } from '../output/view.ts';

/** Event types of the catalogue. */
export const sampleTypeView = view('name', ['name', 'type']);
