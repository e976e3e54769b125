/** A count at a time, as `GET /v1/counts` answers with `by=status` and a step. */
export interface CountAt {
  readonly at: Date;
  readonly status: string;
  readonly count: number;
}

/** One bar: what was counted between two times. */
export interface Bin {
  readonly from: Date;
  readonly to: Date;
  readonly total: number;
  readonly byStatus: ReadonlyMap<string, number>;
}

/** Bars with edges at whole multiples of `widthMs` of UTC, so that they stay where they are. */
export function binCounts(rows: readonly CountAt[], from: Date, to: Date, widthMs: number): Bin[] {
  const first = Math.floor(from.getTime() / widthMs);
  const last = Math.max(first + 1, Math.ceil(to.getTime() / widthMs));
  const bins = Array.from({ length: last - first }, () => new Map<string, number>());
  for (const { at, status, count } of rows) {
    const bin = bins[Math.floor(at.getTime() / widthMs) - first];
    bin?.set(status, (bin.get(status) ?? 0) + count);
  }
  return bins.map((byStatus, index) => ({
    from: new Date((first + index) * widthMs),
    to: new Date((first + index + 1) * widthMs),
    total: [...byStatus.values()].reduce((sum, count) => sum + count, 0),
    byStatus,
  }));
}
