import { useRef } from 'preact/hooks';
import { nextRowKeys, type RowKeys } from '../model/next-row-keys.ts';

/** The keys of the rows of a window of a long list. */
export function useRowKeys(first: number, count: number): readonly number[] {
  const kept = useRef<RowKeys>({ first, keys: [], next: 0 });
  kept.current = nextRowKeys(kept.current, first, count);
  return kept.current.keys;
}
