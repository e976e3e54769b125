import { expect, test } from 'vitest';
import { maskedUrl } from './masked-url.ts';

test.each([
  ['https://example.com/hook?token=S', 'https://example.com/hook?********'],
  ['https://example.com?S', 'https://example.com?********'],
  ['https://example.com/hook?a=1?b=S', 'https://example.com/hook?********'],
  ['/hook?a=1&key=S', '/hook?********'],
  ['https://example.com/hook#S', 'https://example.com/hook#********'],
  ['ftp://ann:S@example.com/hook', 'ftp://********@example.com/hook'],
  ['https://example.com/ann@home', 'https://example.com/ann@home'],
  ['https://example.com/hook', 'https://example.com/hook'],
  ['https://example.com/hook?', 'https://example.com/hook?'],
  ['/in/S', '/in/********'],
  ['//in//S?a=1', '//in//********?********'],
  ['/%69n/S', '/%69n/********'],
  ['/i%6E/S', '/i%6E/********'],
  ['/inbox/1', '/inbox/1'],
  ['http://host/in/S', 'http://host/in/********'],
  ['HTTPS://host:80//in//S?a=1', 'HTTPS://host:80//in//********?********'],
  ['/ws:/host/in/hi_S', '/ws:/host/in/********'],
  ['https://host/hooks/in/hi_S/x', 'https://host/hooks/in/********/x'],
  ['/a/%69n/%68i%5FS', '/a/%69n/********'],
  ['https://host/check/in/desk', 'https://host/check/in/desk'],
  ['', ''],
])('%s is shown as %s', (url, shown) => expect(maskedUrl(url)).toBe(shown));

test('masks what is masked already', () => {
  const once = maskedUrl('https://example.com/hook?token=S');
  expect(maskedUrl(once)).toBe(once);
});
