import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pointerTokens } from './pointer-tokens.ts';
import { scalarAt } from './scalar-at.ts';

const at = (text: string, pointer: string) =>
  scalarAt(JSON.parse(text), pointerTokens(pointer), text);

it.each([
  ['{"a":"x"}', '/a', 'x'],
  ['{"a":""}', '/a', ''],
  ['{"a":true,"b":false}', '/b', 'false'],
  ['{"a":{"b":[1,{"c":"deep"}]}}', '/a/b/1/c', 'deep'],
  ['{"a/b":{"m~n":1}}', '/a~1b/m~0n', '1'],
  ['{"~1":"x"}', '/~01', 'x'],
  ['{"":"empty"}', '/', 'empty'],
  // Numbers: whole ones by their digits, others as they are written.
  ['{"a":9876}', '/a', '9876'],
  ['{"a":1.0}', '/a', '1'],
  ['{"a":1e3}', '/a', '1000'],
  ['{"a":-0}', '/a', '0'],
  ['{"a":49.90}', '/a', '49.90'],
  ['{"a":12345678901234567890}', '/a', '12345678901234567890'],
  ['{"b":{"a":1},"a": [ 2, 1.50e-3 ]}', '/a/1', '1.50e-3'],
  ['{"a":{"x":1.5},"a":{"x":2.50}}', '/a/x', '2.50'],
  ['{"\\u0061":"},{\\"", "n" : -1.25 }', '/n', '-1.25'],
  // A repeated name has its last value, as for JSON.parse.
  ['{"a":1,"a":"two"}', '/a', 'two'],
])('%s at %s is %s', (text, pointer, value) => {
  expect(at(text, pointer)).toBe(value);
});

it.each([
  ['{"a":null}', '/a'],
  ['{"a":{}}', '/a'],
  ['{"a":[1]}', '/a'],
  ['{"a":[1]}', '/a/01'],
  ['{"a":[1]}', '/a/-'],
  ['{"a":[1]}', '/a/length'],
  ['{"a":"text"}', '/a/0'],
  ['{"a":1}', '/b'],
  ['{"a":1}', '/__proto__/x'],
  ['{"a":1}', '/toString'],
  [`{"a":"${'x'.repeat(4_097)}"}`, '/a'],
])('%s has nothing at %s', (text, pointer) => {
  expect(at(text, pointer)).toBeUndefined();
});

it('finds what JSON.parse finds, whatever else is in the body', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string(),
      (rest, number, name) => {
        fc.pre(!rest.includes('__proto__') && name !== '__proto__');
        const written = JSON.stringify(number);
        const text = `{ "rest":${rest}, "list":[${rest} ,{${JSON.stringify(name)}: ${written} } ]}`;
        const pointer = `/list/1/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        expect(at(text, pointer)).toBe(Number.isSafeInteger(number) ? String(number) : written);
      },
    ),
  );
});
