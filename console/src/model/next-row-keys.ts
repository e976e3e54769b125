/** The window of a list, and the keys of its rows. */
export interface RowKeys {
  readonly first: number;
  readonly keys: readonly number[];
  /** The next key that was never used. */
  readonly next: number;
}

/**
 * The keys of the rows of a window after it moved. Scrolled by some rows, those that stay keep their keys.
 * Scrolled further than the window is high, all keys stay where they are, and each element shows another row: to
 * make and remove all of them would take most of a frame. Keys never change their order: Preact would move
 * nearly every element of a window that turned by three.
 */
export function nextRowKeys(before: RowKeys, first: number, count: number): RowKeys {
  let { next } = before;
  const fresh = (size: number) => Array.from({ length: Math.max(0, size) }, () => next++);
  const moved = first - before.first;
  let { keys } = before;
  if (Math.abs(moved) < keys.length) {
    keys = moved > 0 ? keys.slice(moved) : [...fresh(-moved), ...keys];
  }
  keys = [...keys, ...fresh(count - keys.length)].slice(0, count);
  return { first, keys, next };
}
