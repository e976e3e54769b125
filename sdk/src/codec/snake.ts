/** Turns `fromTs` or `FromTs` into `from_ts`. */
export const snake = (name: string): string => name.replace(/\B[A-Z]/g, '_$&').toLowerCase();
