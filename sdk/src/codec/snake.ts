/** `fromTs`, or `FromTs`, as `from_ts`. */
export const snake = (name: string): string => name.replace(/\B[A-Z]/g, '_$&').toLowerCase();
