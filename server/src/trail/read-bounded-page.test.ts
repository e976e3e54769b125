import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstIdAt } from '../model/ids.ts';
import type { PageRequest } from './page.ts';
import { type BoundedPage, type BoundedWalk, readBoundedPage } from './read-bounded-page.ts';

interface Row {
  readonly id: string;
  readonly wanted: boolean;
}

/** A list of the wanted rows, whose reads look at `bound` rows at most. */
function walkOver(rows: readonly Row[], descending: boolean, bound: number): BoundedWalk<Row> {
  return {
    descending,
    positionOf: ({ id }) => ({ key: '', id }),
    async read(direction, from, limit) {
      const downward = descending === (direction === 'forward');
      const ordered = rows.toSorted((one, other) => (one.id < other.id === downward ? 1 : -1));
      const beyond = ordered.filter(
        ({ id }) => from === undefined || (downward ? id < from.id : id > from.id),
      );
      const looked = beyond.slice(0, bound);
      const found = looked.filter(({ wanted }) => wanted).slice(0, limit);
      const last = looked.at(-1);
      return found.length === limit || beyond.length <= bound || last === undefined
        ? { rows: found }
        : { rows: found, stoppedAt: { key: '', id: last.id } };
    },
  };
}

const lists = fc.uniqueArray(
  fc.record({ id: fc.integer({ min: 1, max: 99 }).map(firstIdAt), wanted: fc.boolean() }),
  { maxLength: 40, selector: ({ id }) => id },
);

test('a walk forward and back has every row once, however early pages end', async () => {
  await fc.assert(
    fc.asyncProperty(
      lists,
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, descending, size, bound) => {
        const walk = walkOver(rows, descending, bound);
        const expected = rows
          .filter(({ wanted }) => wanted)
          .toSorted((one, other) => (one.id < other.id === descending ? 1 : -1));
        const pages: BoundedPage<Row>[] = [];
        let request: PageRequest = { size };
        for (;;) {
          const page = await readBoundedPage(walk, request);
          pages.push(page);
          expect(page.rows.length).toBeLessThanOrEqual(size);
          if (page.covered !== undefined) expect(page.after).toEqual(page.covered);
          if (page.after === undefined) break;
          request = { size, after: page.after };
        }
        expect(pages.flatMap((page) => page.rows)).toEqual(expected);
        expect(pages[0]?.before).toBeUndefined();

        let before = pages.at(-1)?.before;
        let back = [...(pages.at(-1)?.rows ?? [])];
        while (before !== undefined) {
          const page = await readBoundedPage(walk, { size, before });
          expect(page.after).toBeDefined();
          back = [...page.rows, ...back];
          before = page.before;
        }
        expect(back).toEqual(expected);
      },
    ),
  );
});
