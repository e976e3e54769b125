/** Handles a rejection that the caller receives elsewhere. */
export const ignore = (): void => {};
