import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../model/change.ts';

/** A value that is compared but never written down. */
export class Hidden {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  equals(other: unknown): boolean {
    return other instanceof Hidden && isDeepStrictEqual(this.#value, other.#value);
  }
}

/** The fields of a thing that changes are told of; an absent one is undefined. */
export type Audited = Readonly<Record<string, unknown>>;

/** Enough to see what happened; a list of 500 subscriptions would be 128 KiB, twice. */
const LONGEST = 1_000;

/** What was changed, field by field; of what is made or deleted, all that it has. */
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
  if (text.length <= LONGEST) return value;
  // Half of a surrogate pair at the end could not be stored.
  return `${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}...`;
}
