import { formatCount } from './format-count.ts';

/** A count that may have stopped: `123`, or `10,000+`. */
export const atLeast = ({ count, more }: { readonly count: number; readonly more: boolean }) =>
  `${formatCount(count)}${more ? '+' : ''}`;
