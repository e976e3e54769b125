/** For how many seconds what is replaced stays valid, and the words for it. */
export const GRACES = [
  ['0', 'not at all'],
  ['3600', 'for an hour'],
  ['86400', 'for a day'],
  ['604800', 'for seven days'],
] as const;
