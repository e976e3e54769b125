/**
 * The known names that a misspelt one probably means, the nearest first.
 *
 * @param most - No more than this.
 */
export function nearestNames(name: string, known: readonly string[], most: number): string[] {
  const word = name.toLowerCase();
  if (word.length > LONGEST) return [];
  return known
    .slice(0, MOST)
    .map((one) => [one, editsOf(word, one.toLowerCase())] as const)
    .filter(([, edits]) => edits < word.length / 2)
    .sort(([, one], [, other]) => one - other)
    .slice(0, most)
    .map(([one]) => one);
}

/** An account may have 10,000 webhooks; comparing takes the length of one name times the other. */
const MOST = 1_000;

/** The longest name of a webhook. */
const LONGEST = 255;

/** Half of a name may be wrong, and no more: another hint would mislead. A beginning is nearly right. */
const editsOf = (word: string, known: string): number =>
  known.startsWith(word) ? 0.5 : distance(word, known);

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
