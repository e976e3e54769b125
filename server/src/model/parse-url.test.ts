import { expect, it } from 'vitest';
import { parseUrl } from './parse-url.ts';

it('reads a URL with letters of Latin-1 however often it is called', () => {
  const refused = new Set<number>();
  for (let call = 0; call < 20_000; call += 1) {
    if (parseUrl('https://bücher.example/é')?.host !== 'xn--bcher-kva.example') refused.add(call);
  }
  expect(refused).toEqual(new Set());
});

it.each(['', 'example.com', 'https://', 'https://a b/', 'https://[::1', 'http://a:65536/'])(
  'refuses what is no URL: %j',
  (text) => {
    expect(parseUrl(text)).toBeUndefined();
  },
);
