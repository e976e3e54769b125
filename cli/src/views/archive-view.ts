import { view } from '../output/view.ts';

/** A backup. */
export const archiveView = view('file', ['file', ['bytes', 'number'], 'data_dir']);
