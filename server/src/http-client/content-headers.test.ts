import { describe, expect, it } from 'vitest';
import { charsetOf, contentCodings } from './content-headers.ts';

describe('charsetOf', () => {
  it.each([
    ['text/plain; charset=iso-8859-1', 'windows-1252'],
    ['text/plain;charset="Latin1"', 'windows-1252'],
    ['text/html; x=y; Charset=Shift_JIS', 'shift_jis'],
    ['text/plain; charset=utf-16', 'utf-16le'],
    ['text/plain; charset=UTF-8', undefined],
    ['text/plain; charset=utf8', undefined],
    ['text/plain; charset=klingon', undefined],
    ['text/plain; charset=', undefined],
    ['text/plain', undefined],
  ])('%s', (type, charset) => {
    expect(charsetOf(['Content-Type', type])).toBe(charset);
  });

  it('is undefined without a type', () => expect(charsetOf([])).toBeUndefined());
});

describe('contentCodings', () => {
  it.each([
    [['Content-Encoding', 'gzip'], ['gzip']],
    [
      ['content-encoding', ' GZIP , br'],
      ['gzip', 'br'],
    ],
    [
      ['Content-Encoding', 'gzip', 'Content-Encoding', 'br'],
      ['gzip', 'br'],
    ],
    [['Content-Encoding', 'identity'], []],
    [['Content-Encoding', ''], []],
    [['Content-Language', 'de'], []],
  ])('%j', (headers, codings) => {
    expect(contentCodings(headers)).toEqual(codings);
  });
});
