/**
 * What nobody recorded of the real service. Readers must cope with each answer, so tests set these
 * while the double runs.
 */
export interface Unknowns {
  /** Which time `filter[from_ts]` and `filter[to_ts]` compare, and whether they include it. */
  spanField: 'completed' | 'created';
  spanInclusive: boolean;
  /** Whether the logged requests show the endpoint's credentials. */
  masksAuthorization: boolean;
  /** Whether the last page has an `after_cursor`, which then leads to an empty page. */
  cursorAfterLast: boolean;
  /** Fields that no documentation has, on each row and attempt. */
  extraFields: Readonly<Record<string, unknown>>;
  /** The `Date` header: ahead of the clock by this much, or this text; undefined for none. */
  date: number | string | undefined;
}

/** The answers that most APIs of the service suggest. */
export const USUAL_UNKNOWNS: Unknowns = {
  spanField: 'completed',
  spanInclusive: true,
  masksAuthorization: true,
  cursorAfterLast: true,
  extraFields: {},
  date: 0,
};
