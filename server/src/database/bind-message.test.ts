import { expect, test } from 'vitest';
import { bindMessage } from './bind-message.ts';

test('is bind, execute and sync, as the protocol has them', () => {
  const message = bindMessage('né', ['aé', null, Buffer.from([1, 2]), ''], false);
  const bind = [
    ...[66, 0, 0, 0, 46, 0],
    ...[...Buffer.from('né'), 0],
    // Formats: text, text (null), binary, text.
    ...[0, 4, 0, 0, 0, 0, 0, 1, 0, 0],
    ...[0, 4, 0, 0, 0, 3, ...Buffer.from('aé'), 255, 255, 255, 255],
    ...[0, 0, 0, 2, 1, 2, 0, 0, 0, 0],
    // All results as text.
    ...[0, 1, 0, 0],
  ];
  const tail = [69, 0, 0, 0, 9, 0, 0, 0, 0, 0, 83, 0, 0, 0, 4];
  expect([...message]).toEqual([...bind, ...tail]);
  expect(message.readInt32BE(1)).toBe(bind.length - 1);
});

test('describes the unnamed portal before it is executed', () => {
  const plain = bindMessage('a', [], false);
  const describing = bindMessage('a', [], true);
  const at = plain.length - 15;
  expect([...describing.subarray(at, at + 7)]).toEqual([68, 0, 0, 0, 6, 80, 0]);
  expect([...describing.subarray(0, at), ...describing.subarray(at + 7)]).toEqual([...plain]);
});

test('cuts half a surrogate pair as UTF-8 does, and keeps its length', () => {
  const message = bindMessage('a', ['\ud800x'], false);
  expect(message.includes(Buffer.from([0, 0, 0, 4, 0xef, 0xbf, 0xbd, 120]))).toBe(true);
});
