import { expect, test } from 'vitest';
import type { InvocationFilter } from '../sql/parts/invocation-filter.ts';
import type { TrailRow } from '../sql/read-created-invocations.ts';
import { mergeStreams, type Stream } from './merge-streams.ts';
import type { Position } from './page.ts';

const STREAMS = 1_000;
const LIMIT = 101;

const nameOf = (number: number) => String(number).padStart(9, '0');
const placeOf = (number: number, webhookId: string): Position => ({
  key: '',
  id: nameOf(number),
  webhookId,
});

/**
 * Merges webhooks that take turns: the invocation with a number is of the webhook that its remainder tells.
 * Resolves to the numbers on the page, newest first, and to how many rows were read for it.
 */
async function page(matches: (number: number) => boolean) {
  const newest = 10_000_000;
  const streams: (Stream & { index: number; next: number })[] = Array.from(
    { length: STREAMS },
    (_, index) => ({
      webhookId: `w${index}`,
      family: 'local',
      round: 0,
      place: placeOf(newest, `w${index}`),
      open: true,
      index,
      next: newest - STREAMS + index,
    }),
  );
  let rowsRead = 0;
  const { rows } = await mergeStreams({
    streams,
    filter: { statuses: ['success'], moreTypes: [] } as unknown as InvocationFilter,
    descending: true,
    limit: LIMIT,
    budget: { rows: 50_000, isOver: () => false },
    oneLane: false,
    positionOf: ({ id, webhook_id: webhookId }) => ({ key: '', id, webhookId }),
    async read(chunk, most) {
      const found: TrailRow[] = [];
      const marks = chunk.map((stream) => {
        for (let row = 0; row < most; row++, stream.next -= STREAMS) {
          if (!matches(stream.next)) continue;
          found.push({ id: nameOf(stream.next), webhook_id: stream.webhookId } as TrailRow);
        }
        rowsRead += most;
        return {
          stream,
          place: placeOf(stream.next + STREAMS, stream.webhookId),
          read: most,
        };
      });
      return { rows: found, marks, read: most * chunk.length, streams: chunk.length };
    },
  });
  return { numbers: rows.map(({ id }) => Number(id)), rowsRead, newest };
}

test('a page of many webhooks reads three rows of each where most of them match', async () => {
  const { newest, numbers, rowsRead } = await page(() => true);
  expect(numbers).toEqual(Array.from({ length: LIMIT }, (_, row) => newest - 1 - row));
  expect(rowsRead).toBe(3 * STREAMS);
});

test('a page of many webhooks reads on where few rows match', async () => {
  const { newest, numbers, rowsRead } = await page((number) => number % 97 === 0);
  const first = newest - 1 - ((newest - 1) % 97);
  expect(numbers).toEqual(Array.from({ length: LIMIT }, (_, row) => first - 97 * row));
  expect(rowsRead).toBeGreaterThan(97 * LIMIT);
  expect(rowsRead).toBeLessThanOrEqual(50_000);
});
