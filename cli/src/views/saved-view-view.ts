import { view } from '../output/view.ts';

/** Saved views. */
export const savedViewView = view(
  'id',
  ['id', 'name', 'screen', 'search', 'columns'],
  [
    ['created_at', 'time', 'CREATED'],
    ['updated_at', 'time', 'UPDATED'],
  ],
);
