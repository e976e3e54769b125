/** A number of things, such as `1 row` or `2 rows`. */
export const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
