import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../model/change.ts';

/** A value that is compared but never recorded. */
export class Hidden {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  equals(other: unknown): boolean {
    return other instanceof Hidden && isDeepStrictEqual(this.#value, other.#value);
  }
}

/** The audited fields of an object; an absent one is undefined. */
export type Audited = Readonly<Record<string, unknown>>;

/** Characters recorded of a value. A list of 500 subscriptions would be 128 KiB, twice. */
const MAX_LENGTH = 1_000;

/** Lists the fields that differ; for a creation or a deletion, every field. */
export function changesBetween(before: Audited, after: Audited): Change[] {
  const changes: Change[] = [];
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const from = before[field];
    const to = after[field];
    if (from instanceof Hidden || to instanceof Hidden) {
      const same = from instanceof Hidden ? from.equals(to) : false;
      if (!same) changes.push({ field });
    } else if (!isDeepStrictEqual(from, to)) {
      changes.push({
        field,
        ...(from !== undefined && { from: shortened(from) }),
        ...(to !== undefined && { to: shortened(to) }),
      });
    }
  }
  return changes;
}

function shortened(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= MAX_LENGTH) return value;
  // PostgreSQL cannot store half of a surrogate pair.
  return `${text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '')}...`;
}
