import fc from 'fast-check';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

/** What happens at a remote account, and to those who poll it. */
export type Happening =
  /** Polled as usual. */
  | { readonly kind: 'polling'; readonly forMs: number }
  /** Nobody polls: all nodes are down. */
  | { readonly kind: 'outage'; readonly forMs: number }
  /** Polled, and this share of the answers fails. */
  | { readonly kind: 'storm'; readonly forMs: number; readonly share: number }
  /** The node that polls dies at a commit, after this many more; the next one takes over later. */
  | {
      readonly kind: 'kill';
      readonly commits: number;
      readonly committed: boolean;
      readonly downMs: number;
    }
  /** Invocations of one minute. */
  | { readonly kind: 'burst'; readonly webhook: number; readonly count: number }
  | { readonly kind: 'erasure' }
  | { readonly kind: 'deletion'; readonly webhook: number }
  | { readonly kind: 'creation' };

/** A history of a remote account and of its polling. */
export interface RemoteSchedule {
  readonly seed: number;
  /** Invocations an hour of each webhook that exists at the beginning. */
  readonly perHour: readonly number[];
  readonly lateShare: number;
  readonly happenings: readonly Happening[];
}

const ms = (min: number, max: number) => fc.integer({ min, max });

/** Nothing is lost by these. */
const HARMLESS = [
  fc.record({ kind: fc.constant('polling' as const), forMs: ms(10_000, HOUR / 3) }),
  fc.record({ kind: fc.constant('outage' as const), forMs: ms(HOUR / 6, 5.5 * DAY) }),
  fc.record({
    kind: fc.constant('storm' as const),
    forMs: ms(10_000, HOUR / 6),
    share: fc.constantFrom(0.2, 0.5, 0.9, 1),
  }),
  fc.record({
    kind: fc.constant('kill' as const),
    commits: fc.nat({ max: 8 }),
    committed: fc.boolean(),
    downMs: fc.oneof(fc.constant(30_000), ms(HOUR / 6, 4 * HOUR)),
  }),
  fc.record({
    kind: fc.constant('burst' as const),
    webhook: fc.nat({ max: 2 }),
    count: fc.integer({ min: 150, max: 400 }),
  }),
  fc.record({ kind: fc.constant('creation' as const) }),
];

/** These make gaps. */
const HARMFUL = [
  fc.record({ kind: fc.constant('outage' as const), forMs: ms(7 * DAY + HOUR, 12 * DAY) }),
  fc.record({ kind: fc.constant('erasure' as const) }),
  fc.record({ kind: fc.constant('deletion' as const), webhook: fc.nat({ max: 2 }) }),
];

const schedule = (happening: fc.Arbitrary<Happening>): fc.Arbitrary<RemoteSchedule> =>
  fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    perHour: fc.array(fc.constantFrom(0.2, 1, 6), { minLength: 1, maxLength: 2 }),
    lateShare: fc.constantFrom(0, 0.02, 0.2),
    happenings: fc.array(happening, { minLength: 1, maxLength: 6 }),
  });

/** Outages of less than seven days in a row: everything must be archived. */
export const harmlessSchedule = schedule(fc.oneof(...HARMLESS));

/** With whatever loses rows: these must be in gaps, and nothing else. */
export const anySchedule = schedule(
  fc.oneof(
    { arbitrary: fc.oneof(...HARMLESS), weight: 3 },
    { arbitrary: fc.oneof(...HARMFUL), weight: 1 },
  ),
);
