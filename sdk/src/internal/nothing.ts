/** Does nothing; also reads the answer of the operations that answer nothing. */
export const nothing = (): void => {};
