import { view } from '../output/view.ts';

/** A profile of the command, without its token. */
export const profileView = view('profile', [
  'profile',
  'url',
  'account',
  'role',
  'version',
  'current',
]);
