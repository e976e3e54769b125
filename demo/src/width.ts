/** The width of the output in columns. */
export const WIDTH = 100;
