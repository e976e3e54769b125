import fc from 'fast-check';

/** Texts that have broken programs before. `checkAnswer` mistakes none for a leak. */
const TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff x',
  '\u202e',
  '\ufeff',
  'é',
  '𝒳'.repeat(40),
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e999',
  '0x10',
  '9'.repeat(30),
  `'; drop table webhook; --`,
  '$1',
  '%00',
  '%s%n',
  '{{7*7}}',
  '../../../../etc/hosts',
  '..%2f..%2f',
  '<script>alert(1)</script>',
  '\r\nx-injected: 1',
  'x'.repeat(300),
  'x'.repeat(5_000),
  '[',
  '*',
  'a.*',
  'conditional_ticket_events',
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '+275760-09-13T00:00:00.001Z',
] as const;

/** Any text, mostly one that has broken programs before. */
export const junkText: fc.Arbitrary<string> = fc.oneof(
  // More often, since only the database would refuse these two.
  { weight: 2, arbitrary: fc.constantFrom('a\u0000', '\ud800') },
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
);

const nested = fc.integer({ min: 1, max: 80 }).map((depth) => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
});

/** Any JSON value. */
export const junkValue: fc.Arbitrary<unknown> = fc.oneof(
  junkText,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { '': '' }),
  fc.constantFrom(0, -0, -1, 1.5, 1e21, 1e308, 2 ** 31, 2 ** 53, -(2 ** 63), 5e-324),
  nested,
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(fc.constant('x'), { minLength: 60, maxLength: 600 }),
  fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'then', 'toJSON').map((key) =>
    // A computed key defines an own property, also for `__proto__`.
    ({ [key]: { a: 1 } }),
  ),
);
