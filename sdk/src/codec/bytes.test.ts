import { expect, it } from 'vitest';
import { bytes } from './bytes.ts';

it('reads base64 as bytes', () => {
  expect(bytes.decode('AP8Qw7Y=')).toEqual(new Uint8Array([0, 255, 16, 195, 182]));
  expect(bytes.decode('')).toEqual(new Uint8Array());
});
