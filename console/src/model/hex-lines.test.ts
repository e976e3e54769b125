import { expect, test } from 'vitest';
import { hexLines } from './hex-lines.ts';

test('shows offsets, bytes and ASCII', () => {
  const bytes = new TextEncoder().encode('Zoë\u0000 sixteen and more');
  expect(hexLines(bytes)).toEqual([
    '00000000  5a 6f c3 ab 00 20 73 69 78 74 65 65 6e 20 61 6e  Zo... sixteen an',
    '00000010  64 20 6d 6f 72 65                                d more',
  ]);
});

test('shows nothing of nothing', () => expect(hexLines(new Uint8Array())).toEqual([]));
