/** Joins what has the same labels: sums it, unless said otherwise. */
export function byLabels<One>(
  all: readonly One[],
  labelsOf: (one: One) => readonly string[],
  amountOf: (one: One) => number,
  join: (one: number, other: number) => number = (one, other) => one + other,
): { readonly labels: readonly string[]; readonly value: number }[] {
  const joined = new Map<string, { readonly labels: readonly string[]; value: number }>();
  for (const one of all) {
    const labels = labelsOf(one);
    const key = JSON.stringify(labels);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, { labels, value: amountOf(one) });
    else known.value = join(known.value, amountOf(one));
  }
  return [...joined.values()];
}
