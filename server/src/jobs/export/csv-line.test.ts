import { expect, it } from 'vitest';
import { csvLine } from './csv-line.ts';

it('quotes as RFC 4180 does, and ends lines so', () => {
  expect(csvLine(['a', 'b,c', 'say "x"', 'two\nlines', '', undefined, null, 3, true])).toBe(
    'a,"b,c","say ""x""","two\nlines",,,,3,true\r\n',
  );
});

it('writes lists and objects as JSON', () => {
  expect(csvLine([[{ key: 'A', value: 'b' }], { dns_ms: 1 }])).toBe(
    '"[{""key"":""A"",""value"":""b""}]","{""dns_ms"":1}"\r\n',
  );
});

it.each([
  ['=1+1', `'=1+1`],
  ['+1', `'+1`],
  ['-1', `'-1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['＝1+1', `'＝1+1`],
  [' =1', ` '=1`],
  ['\t=1', `"\t'=1"`],
  ['\r\n=1', `"\r\n'=1"`],
  ['"=1"', `"""'=1"""`],
  ['a;=1', `"a;'=1"`],
  ['a\n"=1"', `"a\n""'=1"""`],
  ['a; ; @x', `"a; ; '@x"`],
  // Within a cell they are harmless.
  ['a=1', 'a=1'],
  ['2026-11-29', '2026-11-29'],
  ['a, =1', '"a, =1"'],
])('%j becomes %j', (text, cell) => expect(csvLine([text])).toBe(`${cell}\r\n`));

it('leaves numbers of ours alone', () => expect(csvLine([-5])).toBe('-5\r\n'));

it('is linear in the length of a text', () => {
  // A search that began again at each line break would take 2^35 steps.
  expect(csvLine([`${'\n'.repeat(2 ** 18)}=`]).length).toBe(2 ** 18 + 6);
});
