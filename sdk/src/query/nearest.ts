/** Longer names are no misspelling of ours, and the comparison takes their length times ours. */
const LONGEST = 40;

/** The known name that a misspelt one probably means; `undefined` when none is close. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const word = name.toLowerCase();
  if (word.length > LONGEST) return undefined;
  let best: string | undefined;
  // Half of it may be wrong: `stauts` has two edits, and two-letter words match nothing by chance.
  let fewest = word.length / 2;
  for (const one of known) {
    const edits = word.length > 1 && one.startsWith(word) ? 0.5 : distance(word, one);
    if (edits < fewest) {
      best = one;
      fewest = edits;
    }
  }
  return best;
}

/** The number of inserted, deleted and replaced characters. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [at, character] of Array.from(from).entries()) {
    const next = [at + 1];
    for (let other = 1; other <= to.length; other++) {
      const [above = 0, diagonal = 0, before = 0] = [row[other], row[other - 1], next[other - 1]];
      next.push(Math.min(above + 1, before + 1, diagonal + (character === to[other - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
