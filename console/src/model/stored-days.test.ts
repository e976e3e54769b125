import { expect, test } from 'vitest';
import { storedDays } from './stored-days.ts';

const at = (text: string) => new Date(`${text}T00:00:00Z`);

test('sums the tables of a day, and says when the first of it goes', () => {
  const partition = (from: string, to: string, bytes: number, droppedAfter?: string) => ({
    from: at(from),
    to: at(to),
    bytes,
    ...(droppedAfter !== undefined && { droppedAfter: at(droppedAfter) }),
  });
  const days = storedDays({
    tables: [
      {
        name: 'event',
        bytes: 3,
        partitions: [partition('2026-11-01', '2026-11-02', 3, '2026-12-05')],
      },
      {
        name: 'attempt',
        bytes: 9,
        partitions: [
          partition('2026-11-01', '2026-11-02', 5, '2026-12-04'),
          partition('2026-11-02', '2026-11-03', 4, '2026-12-05'),
        ],
      },
      { name: 'archive_event', bytes: 7, partitions: [partition('2026-11-01', '2026-12-01', 7)] },
      { name: 'account', bytes: 1, partitions: [] },
    ],
  });
  expect(days.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['2026-11-02', 4],
    ['2026-11-01', 8],
    ['2026-11', 7],
  ]);
  expect(days[1]?.tables.map(({ table }) => table)).toEqual(['attempt', 'event']);
  expect(days[1]?.droppedAfter).toEqual(at('2026-12-04'));
  expect(days[2]?.droppedAfter).toBeUndefined();
});
