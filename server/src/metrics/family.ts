/** The value of every label of what is beyond the limit of a family. */
const OTHER = 'other';

type Level<Series> = Map<string, Level<Series> | Series>;

/**
 * The series of one metric, one for each combination of label values, made when the combination first
 * occurs. Labels have few values by themselves: closed lists, routes by template, names of statements. The
 * limit is for the case that one has not: what is beyond it shares a series.
 */
export class Family<Series extends object> {
  readonly labels: readonly string[];
  readonly #create: () => Series;
  readonly #most: number;
  readonly #series: { readonly values: readonly string[]; readonly one: Series }[] = [];
  readonly #root: Level<Series> = new Map();

  constructor(labels: readonly string[], create: () => Series, most: number) {
    this.labels = labels;
    this.#create = create;
    this.#most = most;
  }

  /** The series of these label values, in the order of the labels. */
  of(...values: readonly string[]): Series {
    let level: Level<Series> | Series | undefined = this.#root;
    for (const value of values) {
      level = (level as Level<Series>).get(value);
      if (level === undefined) return this.#make(values);
    }
    return level as Series;
  }

  /** All series that exist, in the order in which they were made. */
  all(): readonly { readonly values: readonly string[]; readonly one: Series }[] {
    return this.#series;
  }

  #make(values: readonly string[]): Series {
    if (this.#series.length >= this.#most && values.some((value) => value !== OTHER)) {
      return this.of(...values.map(() => OTHER));
    }
    const one = this.#create();
    this.#series.push({ values, one });
    let level = this.#root;
    for (const value of values.slice(0, -1)) {
      const next = (level.get(value) as Level<Series> | undefined) ?? new Map();
      level.set(value, next);
      level = next;
    }
    level.set(values.at(-1) as string, one);
    return one;
  }
}
