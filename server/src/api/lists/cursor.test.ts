import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstIdAt } from '../../model/ids.ts';
import { type CursorScope, readCursor, writeCursor } from './cursor.ts';

const KEY = Buffer.alloc(32, 1);
const SCOPE: CursorScope = { list: 'invocations', owner: firstIdAt(5), sort: 'name' };

const positions = fc.record({
  key: fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'binary', maxLength: 255 })),
  id: fc.nat().map(firstIdAt),
});

test('a cursor reads back as written and needs no escaping', () => {
  fc.assert(
    fc.property(positions, (position) => {
      const cursor = writeCursor(KEY, SCOPE, position);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(cursor.length).toBeLessThan(2048);
      expect(readCursor(KEY, SCOPE, 'page[after]', cursor)).toEqual(position);
    }),
  );
});

test('any other text is rejected', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), (text) => {
      expect(() => readCursor(KEY, SCOPE, 'page[after]', text)).toThrow(/page\[after\]/);
    }),
  );
});

test('a cursor is bound to its key, list, owner and sort', () => {
  const cursor = writeCursor(KEY, SCOPE, { key: 1, id: firstIdAt(1) });
  const read = (key: Uint8Array, scope: CursorScope) => () =>
    readCursor(key, scope, 'page[after]', cursor);
  expect(read(KEY, SCOPE)).not.toThrow();
  expect(read(Buffer.alloc(32, 2), SCOPE)).toThrow();
  expect(read(KEY, { ...SCOPE, list: 'webhooks' })).toThrow();
  expect(read(KEY, { ...SCOPE, owner: firstIdAt(6) })).toThrow();
  expect(read(KEY, { ...SCOPE, sort: '-name' })).toThrow();
});
