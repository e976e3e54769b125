import { useLayoutEffect, useState } from 'preact/hooks';
import { session } from './session.ts';

const PREFIX = 'hooktrail-draft-';

function stored(key: string): unknown {
  try {
    const text = sessionStorage.getItem(PREFIX + key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Kept<T> {
  /** What of it is kept: never a secret. */
  readonly keep?: (value: T) => unknown;
  /** The whole of what was kept. */
  readonly restore?: (kept: unknown) => T;
}

/**
 * A state that this tab keeps until it is closed, its reader signs out, or `forget`: what was written must not be
 * lost with a reload or a session that ended.
 *
 * @param name Names it in the account that is signed in: another account has its own.
 */
export function useDraft<T>(
  name: string,
  empty: T,
  { keep = (value) => value, restore = (kept) => kept as T }: Kept<T> = {},
): readonly [value: T, set: (value: T) => void, forget: () => void, isRestored: boolean] {
  const who = session.value;
  const key = `${typeof who === 'object' ? who?.account.id : undefined}-${name}`;
  const [found, setFound] = useState(() => stored(key));
  const [value, setValue] = useState(() => (found === undefined ? empty : restore(found)));
  const text = JSON.stringify(keep(value));
  const isEmpty = text === JSON.stringify(keep(empty));
  // Before the next paint: a reload may follow a key at once.
  useLayoutEffect(() => {
    try {
      if (isEmpty) sessionStorage.removeItem(PREFIX + key);
      else sessionStorage.setItem(PREFIX + key, text);
    } catch {
      // A browser that keeps nothing begins again.
    }
  }, [key, text, isEmpty]);
  return [
    value,
    setValue,
    () => {
      setValue(empty);
      setFound(undefined);
      try {
        sessionStorage.removeItem(PREFIX + key);
      } catch {
        // It kept nothing.
      }
    },
    found !== undefined,
  ];
}
