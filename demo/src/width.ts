/** The demo fits into terminals of this many columns. */
export const WIDTH = 100;
