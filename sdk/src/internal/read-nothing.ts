/** Reads the body of an operation that returns nothing. */
export const readNothing = (): void => {};
