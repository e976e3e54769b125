import { expect, test } from 'vitest';
import { pastedHeaders } from './pasted-headers.ts';

test.each([
  ['plain', 'X-A: 1\nX-B:2'],
  ['a request', 'POST /hook HTTP/1.1\r\nX-A: 1\r\nX-B: 2\r\n\r\n'],
  ['of curl -v', '> X-A: 1\n> X-B: 2'],
  ['a curl command', `curl https://x/ \\\n  -H 'X-A: 1' \\\n  --header "X-B: 2"`],
])('reads headers that are %s', (_what, text) => {
  expect(pastedHeaders(text)).toMatchObject({ 'x-a': '1', 'x-b': '2' });
});

test('a value may have colons and spaces, and a name must be one', () => {
  expect(pastedHeaders('X-T: 2021-07-25T10:00:00Z\nno header\n: x\na b: c')).toEqual({
    'x-t': '2021-07-25T10:00:00Z',
  });
  expect(pastedHeaders('__proto__: x')).toEqual(JSON.parse('{"__proto__":"x"}'));
});
