/**
 * How many numbers of a writer one statement reads. Numbers are dense: fewer than 100 are missing in a row
 * (`DeltaNumbers`), so what comes after them is found.
 */
export const WINDOW = 128;
