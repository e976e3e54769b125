import { Type } from 'typebox';

/** Where something of the trail comes from. */
export const Origin = Type.String({
  description: 'The source that it is archived from, as `origin:` finds it; absent: it is ours.',
});
