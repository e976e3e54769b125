import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstIdAt } from '../model/ids.ts';
import { nextId } from './next-id.ts';
import type { Page, PageRequest, Position } from './page.ts';
import { readPage, type Walk } from './read-page.ts';

/** Rows are positions; `rows` may change between pages. */
function walkOver(rows: Position[], descending: boolean): Walk<Position> {
  const sign = descending ? -1 : 1;
  const compare = (one: Position, other: Position) =>
    sign *
    (one.key === other.key
      ? one.id < other.id
        ? -1
        : one.id > other.id
          ? 1
          : 0
      : one.key < other.key
        ? -1
        : 1);
  return {
    descending,
    positionOf: (row) => row,
    async read(direction, from, limit) {
      const ordered = rows.toSorted(compare);
      if (direction === 'backward') ordered.reverse();
      const turn = direction === 'backward' ? -1 : 1;
      return ordered
        .filter((row) => from === undefined || turn * compare(row, from) > 0)
        .slice(0, limit);
    },
  };
}

const manyRows = fc.uniqueArray(
  fc.record({
    key: fc.integer({ min: 0, max: 3 }),
    id: fc.integer({ min: 1, max: 9 }).map(firstIdAt),
  }),
  { maxLength: 25, selector: (row) => `${row.key} ${row.id}` },
);

async function forward(walk: Walk<Position>, size: number): Promise<Page<Position>[]> {
  const pages: Page<Position>[] = [];
  let request: PageRequest = { size };
  for (;;) {
    const page = await readPage(walk, request);
    pages.push(page);
    if (page.after === undefined) return pages;
    request = { size, after: page.after };
  }
}

test('reads the same pages forward and back, each row once', async () => {
  await fc.assert(
    fc.asyncProperty(
      manyRows,
      fc.boolean(),
      fc.integer({ min: 1, max: 7 }),
      async (rows, descending, size) => {
        const walk = walkOver(rows, descending);
        const all = await walk.read('forward', undefined, 1000);
        const pages = await forward(walk, size);
        expect(pages.flatMap((page) => page.rows)).toEqual(all);
        expect(pages[0]?.before).toBeUndefined();

        let page = pages.at(-1) as Page<Position>;
        for (const expected of pages.slice(0, -1).reverse()) {
          page = await readPage(walk, { size, before: page.before });
          expect(page.rows).toEqual(expected.rows);
          expect(page.after).toEqual(expected.after);
        }
        expect(page.before).toBeUndefined();
      },
    ),
  );
});

test('reads every row from any position, in both directions together', async () => {
  await fc.assert(
    fc.asyncProperty(manyRows, manyRows, fc.boolean(), async (rows, others, descending) => {
      const walk = walkOver(rows, descending);
      const all = await walk.read('forward', undefined, 1000);
      for (const position of [...rows, ...others]) {
        const after = await readPage(walk, { size: 100, after: position });
        const before =
          after.before === undefined
            ? { rows: [] }
            : await readPage(walk, { size: 100, before: after.before });
        expect([...before.rows, ...after.rows]).toEqual(all);

        const earlier = await readPage(walk, { size: 100, before: position });
        const later =
          earlier.after === undefined
            ? { rows: [] }
            : await readPage(walk, { size: 100, after: earlier.after });
        expect([...earlier.rows, ...later.rows]).toEqual(all);
      }
    }),
    { numRuns: 40 },
  );
});

test('rows inserted or deleted between pages neither repeat nor hide the others', async () => {
  await fc.assert(
    fc.asyncProperty(
      manyRows,
      manyRows,
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      async (stay, change, descending, size) => {
        const rows = [...stay];
        const walk = walkOver(rows, descending);
        const seen: Position[] = [];
        let request: PageRequest = { size };
        for (let round = 0; ; round++) {
          const page = await readPage(walk, request);
          seen.push(...page.rows);
          if (page.after === undefined) break;
          request = { size, after: page.after };
          // Each round has a different set of changing rows.
          rows.splice(
            stay.length,
            rows.length,
            ...change.filter((_row, index) => (index + round) % 2),
          );
        }
        const staying = seen.filter((row) => (stay as Position[]).includes(row));
        expect(staying).toEqual(await walkOver(stay, descending).read('forward', undefined, 1000));
      },
    ),
  );
});

test('nextId returns the adjacent id', () => {
  expect(nextId('01ARZ3NDEKTSV4RRFFQ69G5FAV', 1)).toBe('01ARZ3NDEKTSV4RRFFQ69G5FAW');
  expect(nextId('01ARZ3NDEKTSV4RRFFQ69G5FA0', -1)).toBe('01ARZ3NDEKTSV4RRFFQ69G5F9Z');
  expect(nextId('00000000000000000000000000', -1)).toBe('00000000000000000000000000');
  expect(nextId('7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 1)).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
});
