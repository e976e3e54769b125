import fc from 'fast-check';
import { junkText, junkValue } from './junk.ts';

/** How to spoil one place of a value. */
type Spoil = (value: unknown) => unknown;

const places = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Object.values(value).reduce<number>((sum, child) => sum + places(child), 0)
    : 1;

/** Changes the place with this number; places are counted from the outside in. */
function changeAt(value: unknown, number: number, spoil: Spoil): unknown {
  if (number === 0) return spoil(value);
  let left = number - 1;
  const change = (child: unknown): unknown => {
    const here = left;
    const size = places(child);
    left -= size;
    return here >= 0 && here < size ? changeAt(child, here, spoil) : child;
  };
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(
    Object.entries(value as object).map(([key, child]) => [key, change(child)]),
  );
}

/** Keeps a text a text, so it passes the checks of types. */
const spoilText = junkText.map(
  (junk): Spoil =>
    (value) =>
      typeof value === 'string' ? value.slice(0, 12) + junk : junk,
);
const replace = junkValue.map(
  (junk): Spoil =>
    () =>
      junk,
);
const addKey = fc.tuple(junkText, junkValue).map(
  ([key, junk]): Spoil =>
    (value) =>
      typeof value === 'object' && value !== null ? { ...value, [key]: junk } : junk,
);

/** Values with one wrong place, at any depth. */
export function spoilt(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const spoils = fc.oneof(
    { weight: 4, arbitrary: spoilText },
    { weight: 2, arbitrary: replace },
    { weight: 1, arbitrary: addKey },
  );
  return fc
    .tuple(values, fc.nat(1_000), spoils)
    .map(([value, number, spoil]) => changeAt(value, number % places(value), spoil));
}
