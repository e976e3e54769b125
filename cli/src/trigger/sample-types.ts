import { readSamples } from './read-samples.ts';

/** The catalogued event types, without the prefix that all of them have. */
export const sampleTypes = (): readonly string[] =>
  Object.entries(readSamples()).flatMap(([family, { types }]) =>
    Object.keys(types).map((verb) => `${family}.${verb}`),
  );
