import { keyHash } from '../model/key-hash.ts';
import { ownHeader } from '../model/own-header.ts';
import { MOST_VALUE_CHARACTERS } from '../model/search-key.ts';
import type { CompiledKeys } from './compile-keys.ts';
import { scalarAt } from './scalar-at.ts';

/** The headers of the request that published an event, by their names in lower case. */
export type PublishedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What an event is found by. */
export interface CapturedKeys {
  /** The keys that were looked for. */
  readonly keys: CompiledKeys;
  /** The hashes of its values. */
  readonly hashes: readonly number[];
  /** The values of its headers that are keys, as JSON. */
  readonly headers: string | undefined;
}

const NOTHING: readonly number[] = [];

/**
 * Takes the values of an account's keys from an event. It costs 0.5 µs with the default keys.
 *
 * @param root what `JSON.parse` made of the body
 */
export function captureKeys(
  keys: CompiledKeys,
  root: unknown,
  body: string,
  published: PublishedHeaders | undefined,
): CapturedKeys {
  let hashes = NOTHING as number[];
  const add = (hash: number): void => {
    if (hashes === NOTHING) hashes = [hash];
    else if (!hashes.includes(hash)) hashes.push(hash);
  };
  for (const { seed, tokens } of keys.pointers) {
    const value = scalarAt(root, tokens, body);
    if (value !== undefined) add(keyHash(seed, value));
  }
  let headers: Record<string, string> | undefined;
  if (published !== undefined) {
    for (const { header, seed } of keys.headers) {
      const given = ownHeader(published, header);
      if (given === undefined) continue;
      const value = headerText(given);
      if (value.length > MOST_VALUE_CHARACTERS) continue;
      headers ??= {};
      headers[header] = value;
      add(keyHash(seed, value));
    }
  }
  return { keys, hashes, headers: headers && JSON.stringify(headers) };
}

/** Node reads headers as Latin-1; clients write UTF-8. */
function headerText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII as a whole
  if (/^[\x00-\x7f]*$/.test(value)) return value;
  const text = Buffer.from(value, 'latin1').toString();
  return text.includes('\ufffd') ? value : text;
}
