/** How what a screen shows is kept up to date. */
export interface Live {
  /** How old it may become. A screen that asks for more than its share lets all of it become older. */
  readonly everyMs: number;
  /** How many statements one answer costs the database, or one page of it. */
  readonly statements: number;
  /** Something happens that somebody waits for: the interval stands, whatever it costs. */
  readonly isBusy?: boolean;
}

/** Depends on what was answered last; undefined: nothing will change by itself. */
export type LiveRule<T> = Live | ((data: T | undefined) => Live | undefined);

/** The `meta` of a query that `Refresher` asks again. */
export const live = <T>(rule: LiveRule<T>) => ({ live: rule });
