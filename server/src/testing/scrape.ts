import parse from 'parse-prometheus-text-format';

/** What a scrape has: read by a parser that is not ours. */
export interface Scrape {
  readonly text: string;
  readonly types: ReadonlyMap<string, string>;
  /** The sum of the series with these labels; 0 where there is none. A histogram has `_count` and others. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
  /** All series of a metric, by the value of a label. */
  by(name: string, ...labels: readonly string[]): Readonly<Record<string, number>>;
}

/** Scrapes a node. */
export async function scrape(url: string, headers: Record<string, string> = {}): Promise<Scrape> {
  const answer = await fetch(url, { headers });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`);
  const types = new Map(parse(text).map(({ name, type }) => [name, type]));
  // The parser merges histograms that have labels; without types each of their series is one by itself.
  const read = parse(text.replace(/^#.*\n/gm, ''));
  const series = (name: string) =>
    read
      .filter((family) => family.name === name)
      .flatMap(({ metrics }) => metrics)
      .map(({ labels = {}, value }) => ({ labels, value: Number(value) }));
  return {
    text,
    types,
    value: (name, wanted = {}) =>
      series(name)
        .filter(({ labels }) => Object.entries(wanted).every(([key, of]) => labels[key] === of))
        .reduce((sum, { value }) => sum + value, 0),
    by: (name, ...keys) => {
      const values: Record<string, number> = {};
      for (const { labels, value } of series(name)) {
        const key = keys.map((one) => labels[one]).join('/');
        values[key] = (values[key] ?? 0) + value;
      }
      return values;
    },
  };
}
