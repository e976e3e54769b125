import { view } from '../output/view.ts';

/** Accounts. */
export const accountView = view('id', [
  'id',
  'name',
  'profile',
  ['created_at', 'time', 'CREATED'],
  ['suspended_at', 'time', 'SUSPENDED'],
]);
