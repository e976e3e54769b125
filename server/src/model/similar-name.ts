const MOST_EDITS = 4;

/** The name closest to a misspelt one, or `undefined` when none is within `mostEdits`. */
export function similarName(
  name: string,
  names: readonly string[],
  mostEdits = MOST_EDITS,
): string | undefined {
  let best: string | undefined;
  let fewest = mostEdits + 1;
  for (const candidate of names) {
    const edits = editDistance(name, candidate);
    if (edits < fewest) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
