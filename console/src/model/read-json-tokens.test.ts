import { expect, test } from 'vitest';
import { readJsonTokens } from './read-json-tokens.ts';

const shown = (text: string) =>
  readJsonTokens(text)
    ?.map((token) => token.text)
    .join('');

test('keeps the order of keys, repeated keys and all digits of numbers', () => {
  expect(shown('{"b":1,"10":12345678901234567890.10,"2":1e400,"b":-0.0}')).toBe(
    '{\n  "b": 1,\n  "10": 12345678901234567890.10,\n  "2": 1e400,\n  "b": -0.0\n}',
  );
});

test('keeps the escapes of strings as they are written', () => {
  expect(shown('["\\u0041\\n","</script>"]')).toBe('[\n  "\\u0041\\n",\n  "</script>"\n]');
});

test('shows empty containers on one line', () => {
  expect(shown('{"a":{},"b":[]}')).toBe('{\n  "a": {},\n  "b": []\n}');
  expect(shown(' [ ] ')).toBe('[]');
});

test.each([
  '',
  '{',
  '{"a":1',
  '[1,]',
  '{"a" 1}',
  '{a:1}',
  '1 2',
  'nul',
  '"a',
  '<html>',
  '[1}',
  '01',
])('takes %j for no JSON', (text) => expect(readJsonTokens(text)).toBeUndefined());

test('ends at a depth that only hostile text has', () => {
  expect(readJsonTokens('['.repeat(100_000))).toBeUndefined();
  expect(readJsonTokens('['.repeat(201) + ']'.repeat(201))).toBeUndefined();
  expect(readJsonTokens('['.repeat(200) + ']'.repeat(200))).toBeDefined();
});
