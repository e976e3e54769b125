import fc from 'fast-check';
import { decodeTime, ulidToUUID, uuidToULID } from 'ulid';
import { describe, expect, it } from 'vitest';
import { firstIdAt, idFromUuid, idTimeMs, isId, newId, uuidFromId, writeId } from './ids.ts';

const MAX_TIME = 2 ** 48 - 1;

const bits = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
const uuid = bits.map((value) =>
  value
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
);
const id = uuid.map((text) => uuidToULID(text));
const bytesOf = (text: string) => {
  const bytes = new Uint8Array(16);
  writeId(text, bytes, 0);
  return Buffer.from(bytes);
};

describe('conversion between ids, bytes and uuids', () => {
  it('agrees with the library', () => {
    fc.assert(
      fc.property(uuid, (text) => {
        const made = idFromUuid(text);
        expect(made).toBe(uuidToULID(text));
        expect(uuidFromId(made)).toBe(ulidToUUID(made).toLowerCase());
        expect(uuidFromId(made)).toBe(text);
        expect(bytesOf(made).toString('hex')).toBe(text.replaceAll('-', ''));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000'],
    ['ffffffff-ffff-ffff-ffff-ffffffffffff', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
    ['01234567-89ab-cdef-0123-456789abcdef', '014D2PF2DBSQQG28T5CY4TQKFF'],
  ])('%s is %s', (text, made) => {
    expect(idFromUuid(text)).toBe(made);
    expect(uuidFromId(made)).toBe(text);
  });

  it('preserves order across texts, bytes and uuids', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        const order = a < b ? -1 : a > b ? 1 : 0;
        expect(Math.sign(Buffer.compare(bytesOf(a), bytesOf(b)))).toBe(order);
        expect(uuidFromId(a) < uuidFromId(b) ? -1 : uuidFromId(a) > uuidFromId(b) ? 1 : 0).toBe(
          order,
        );
      }),
    );
  });

  it('reads the time that the library reads', () => {
    fc.assert(
      fc.property(id, (text) => {
        expect(idTimeMs(text)).toBe(decodeTime(text));
      }),
    );
  });

  it.each([
    '',
    '0',
    '8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
    '01ARZ3NDEUTSV4RRFFQ69G5FAV',
    `01é${'0'.repeat(23)}`,
  ])('refuses to read the time of %j as the library does', (text) => {
    const failure = (read: (text: string) => number) => {
      try {
        return read(text);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(failure(idTimeMs)).toBe(failure(decodeTime));
    expect(failure(idTimeMs)).toEqual(expect.any(String));
  });

  it('writes exactly 16 bytes at an offset', () => {
    const target = new Uint8Array(20).fill(0xee);
    writeId('7ZZZZZZZZZZZZZZZZZZZZZZZZZ', target, 2);
    expect([...target]).toEqual([0xee, 0xee, ...Array(16).fill(0xff), 0xee, 0xee]);
  });
});

describe('newId', () => {
  it('returns from the future after the clock was corrected', () => {
    const start = Date.now();
    newId(start + 100 * 24 * 3_600_000);
    expect(idTimeMs(newId(start))).toBe(start);
    // After a small correction ids wait for the clock: they do not go back.
    expect(newId(start - 30_000) > newId(start - 40_000)).toBe(false);
    expect(idTimeMs(newId(start - 30_000))).toBe(start);
  });

  it('encodes the time', () => {
    const start = Date.now() + 1_000_000;
    for (let turn = 0; turn < 100; turn++) {
      const made = newId(start + turn);
      expect(isId(made)).toBe(true);
      expect(idTimeMs(made)).toBe(start + turn);
    }
  });

  it('makes increasing ids within a millisecond and when the clock goes back', () => {
    const start = Date.now() + 2_000_000;
    const made = Array.from({ length: 5_000 }, (_, turn) =>
      newId(turn < 4_000 ? start : start - 10_000),
    );
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });
});

describe('the digits of newId', () => {
  const later = Date.now() + 3_000_000;
  const numberOf = (text: string) => BigInt(`0x${bytesOf(text).toString('hex')}`);

  it('count up by one within a millisecond, with carry', () => {
    const first = newId(later);
    for (let turn = 1; turn <= 3_000; turn++) {
      const made = newId(later);
      expect(numberOf(made) - numberOf(first)).toBe(BigInt(turn));
      expect(made).toBe(uuidToULID(uuidFromId(made)));
    }
  });

  it('are random in each millisecond, all 16 of them', () => {
    const seen = Array.from({ length: 16 }, () => new Set<string>());
    for (let turn = 1; turn <= 1_000; turn++) {
      const made = newId(later + turn);
      for (const [index, digits] of seen.entries()) digits.add(made.charAt(10 + index));
    }
    for (const digits of seen) expect(digits.size).toBe(32);
  });
});

describe('isId', () => {
  it('accepts every id', () => {
    fc.assert(fc.property(id, (text) => isId(text)));
  });

  it.each([
    '',
    '01ARZ3NDEKTSV4RRFFQ69G5FA',
    '01ARZ3NDEKTSV4RRFFQ69G5FAVV',
    '81ARZ3NDEKTSV4RRFFQ69G5FAV',
    '01arz3ndektsv4rrffq69g5fav',
    '01ARZ3NDEKTSV4RRFFQ69G5FAI',
    '01ARZ3NDEKTSV4RRFFQ69G5FAL',
    '01ARZ3NDEKTSV4RRFFQ69G5FAO',
    '01ARZ3NDEKTSV4RRFFQ69G5FAU',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV\n',
    ' 01ARZ3NDEKTSV4RRFFQ69G5FA',
    '01234567-89ab-cdef-0123-456789abcdef',
  ])('refuses %j', (text) => {
    expect(isId(text)).toBe(false);
  });
});

describe('firstIdAt', () => {
  it('is the smallest id of its millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_TIME }), (timeMs) => {
        const first = firstIdAt(timeMs);
        expect(isId(first)).toBe(true);
        expect(idTimeMs(first)).toBe(timeMs);
        const before = idFromUuid(
          (BigInt(`0x${bytesOf(first).toString('hex')}`) - 1n)
            .toString(16)
            .padStart(32, '0')
            .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
        );
        expect(idTimeMs(before)).toBe(timeMs - 1);
      }),
    );
    expect(firstIdAt(0)).toBe('00000000000000000000000000');
    expect(firstIdAt(MAX_TIME)).toBe('7ZZZZZZZZZ0000000000000000');
  });
});
