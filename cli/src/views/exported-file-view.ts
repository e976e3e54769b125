import { view } from '../output/view.ts';

/** Files of an export that were downloaded. */
export const exportedFileView = view(
  'path',
  ['path', ['rows', 'number'], ['bytes', 'number'], 'downloaded'],
  ['sha256', 'day'],
  ['name'],
);
