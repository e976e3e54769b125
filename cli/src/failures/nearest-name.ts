import { nearestNames } from './nearest-names.ts';

/** The known name that a misspelt one probably means; `undefined` when none is close. */
export const nearestName = (name: string, known: readonly string[]): string | undefined =>
  nearestNames(name, known, 1)[0];
