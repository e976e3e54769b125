import { existsSync, readFileSync } from 'node:fs';

/** What events of a family have in common, and what each of their types adds. */
export interface SampleFamily {
  /** The subject of its events. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly event?: Readonly<Record<string, unknown>>;
  /** By the last part of the type, such as `created`. */
  readonly types: Readonly<
    Record<
      string,
      {
        readonly detail?: Readonly<Record<string, unknown>>;
        readonly event: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

/** Of a clone, and of the package, whose build puts all modules of the command into one folder. */
const PLACES = ['../../../spec/', '../../spec/'];

/**
 * Reads the samples of the catalogue, by family. They are data beside the catalogue, and not answers of
 * the server: they say nothing about an account, so that a sample can be looked at without a server, and
 * the console may build the same file in.
 */
export function readSamples(): Readonly<Record<string, SampleFamily>> {
  const path = PLACES.map((place) => new URL(`${place}event-samples.json`, import.meta.url)).find(
    (one) => existsSync(one),
  );
  if (path === undefined) throw new Error('the file event-samples.json is missing');
  return (JSON.parse(readFileSync(path, 'utf8')) as { families: Record<string, SampleFamily> })
    .families;
}
