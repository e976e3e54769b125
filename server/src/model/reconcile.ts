/**
 * What became of an invocation on both sides. Every listed one of a compared span is of one of the first five;
 * the last one is arrived and not listed (docs/archive.md, "Reconcile").
 */
export const RECONCILE_KINDS = [
  'arrived',
  'not_arrived',
  'failed',
  'failed_arrived',
  'never_sent',
  'not_listed',
] as const;
export type ReconcileKind = (typeof RECONCILE_KINDS)[number];

/** How many invocations are of each kind. */
export type ReconcileCounts = Readonly<Record<ReconcileKind, number>>;

/** Those whose invocations are stored one by one. */
export type ReconcileRowKind = Exclude<ReconcileKind, 'arrived'>;
