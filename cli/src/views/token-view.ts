import { view } from '../output/view.ts';

/** Tokens. */
export const tokenView = view(
  'id',
  ['id', 'name', 'role', ['created_at', 'time', 'CREATED'], 'created_by'],
  ['account_id'],
  ['secret'],
);
