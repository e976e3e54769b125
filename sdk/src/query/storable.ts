/** Whether a text may occur in stored data: PostgreSQL has no U+0000 and no half of a pair. */
export const isStorable = (text: string): boolean =>
  !text.includes('\0') && !/\p{Surrogate}/u.test(text);
