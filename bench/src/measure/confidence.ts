/** A mean, and half the width of its 95 % confidence interval. */
export interface Confidence {
  readonly mean: number;
  /** NaN for one value. */
  readonly half: number;
}

/** Quantiles of Student's t for 95 %, by degrees of freedom from 1 on. */
const T = [
  12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
];

/** The mean of some independent values, and how exactly they determine it. */
export function confidence(values: readonly number[]): Confidence {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const t = T[Math.min(count - 1, T.length) - 1] ?? Number.NaN;
  return { mean, half: t * Math.sqrt(squares / (count - 1) / count) };
}
