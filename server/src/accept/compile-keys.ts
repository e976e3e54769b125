import { type KeySeed, keySeed } from '../model/key-hash.ts';
import { HEADER_KEY, type SearchKey } from '../model/search-key.ts';
import { pointerTokens } from './pointer-tokens.ts';

/** A key, ready to take the values of events. */
interface CompiledKey {
  readonly name: string;
  readonly seed: KeySeed;
}

/** The keys of an account, ready to take the values of events. */
export interface CompiledKeys {
  readonly pointers: readonly (CompiledKey & { readonly tokens: readonly string[] })[];
  readonly headers: readonly (CompiledKey & { readonly header: string })[];
}

interface Owner {
  readonly id: number;
  readonly keys: readonly SearchKey[];
}

const NONE: CompiledKeys = { pointers: [], headers: [] };

const compiled = new WeakMap<readonly SearchKey[], CompiledKeys>();

/** The keys of an account; the same object as long as its keys are the same. */
export function compileKeys(account: Owner | undefined): CompiledKeys {
  if (account === undefined) return NONE;
  const known = compiled.get(account.keys);
  if (known !== undefined) return known;
  const keys = account.keys.map(({ name }) => ({ name, seed: keySeed(account.id, name) }));
  const made: CompiledKeys = {
    pointers: keys
      .filter(({ name }) => !name.startsWith(HEADER_KEY))
      .map((key) => ({ ...key, tokens: pointerTokens(key.name) })),
    headers: keys
      .filter(({ name }) => name.startsWith(HEADER_KEY))
      .map((key) => ({ ...key, header: key.name.slice(HEADER_KEY.length) })),
  };
  compiled.set(account.keys, made);
  return made;
}
