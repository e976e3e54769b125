import { expect, test } from 'vitest';
import { createHeaderBox } from './header-box.ts';
import { createSecretBox } from './secret-box.ts';

const box = createHeaderBox(createSecretBox(Buffer.alloc(32, 1)));

test.each(['', 'Bearer S', 'größe'])('opens what it sealed: %j', (value) => {
  const sealed = box.seal(value);
  expect(box.isSealed(sealed)).toBe(true);
  expect(box.open(sealed)).toBe(value);
  expect(sealed).not.toContain('S ');
});

test('a value that is sent never passes for a sealed one', () => {
  for (const value of ['', 'plain', box.seal('x').slice(1)]) {
    expect(box.isSealed(value)).toBe(false);
    expect(box.open(value)).toBeUndefined();
  }
});

test('does not open what another key sealed, or what is no box', () => {
  const other = createHeaderBox(createSecretBox(Buffer.alloc(32, 2)));
  expect(box.open(other.seal('x'))).toBeUndefined();
  for (const text of ['\u0001', '\u0001???']) expect(box.open(text)).toBeUndefined();
});
