import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { FeedItem } from '../../feed/feed-item.ts';
import { createFeedSeal } from '../../feed/feed-seal.ts';
import { newId } from '../../model/ids.ts';
import { FeedGroup } from './feed-group.ts';

const seal = createFeedSeal(Buffer.alloc(32, 1));
const writer = newId(Date.now());
const before = { atMs: Date.now(), writers: new Map() };

const itemsOf = (count: number): FeedItem[] =>
  Array.from({ length: count }, (_, number) => ({
    kind: 'held',
    accountId: 1,
    atMs: 0,
    facts: { createdMs: number } as FeedItem['facts'],
    mark: { before, begun: [], writer, number: number + 1 },
    done: 1,
    shown: { text: undefined },
  }));

const groupOf = (matches = () => true) =>
  new FeedGroup({ accountId: 1, matches, now: () => Date.now(), seal });

/** What pieces have, without the ids, which are sealed with a random number. */
const textOf = (group: FeedGroup, items: readonly FeedItem[]) =>
  group
    .piecesOf(items)
    .map(({ bytes }) => bytes.toString().replaceAll(/^id: .*$/gm, 'id'))
    .join('|');

it('makes the text of many events in turns, and the same text as at once', async () => {
  const items = itemsOf(500);
  const group = groupOf();
  let turns = 0;
  let isMade = false;
  const counting = (async () => {
    for (; !isMade; turns++) await nextTurn();
  })();
  await group.prepare(items);
  isMade = true;
  await counting;
  // Some 60 a turn.
  expect(turns).toBeGreaterThanOrEqual(7);
  expect(group.prepare(items)).toBeUndefined();
  const pieces = group.piecesOf(items);
  expect(pieces.reduce((sum, { count }) => sum + count, 0)).toBe(500);
  expect(pieces.at(-1)?.last).toBe(items.at(-1));
  expect(textOf(group, items)).toBe(textOf(groupOf(), items));
});

it('makes the text of few events at once, and that of none of many', () => {
  const [few, many] = [itemsOf(60), itemsOf(500)];
  const [group, other] = [groupOf(), groupOf(() => false)];
  expect(group.prepare(few)).toBeUndefined();
  expect(group.piecesOf(few).reduce((sum, { count }) => sum + count, 0)).toBe(60);
  expect(other.prepare(many)).toBeUndefined();
  expect(other.piecesOf(many)).toEqual([]);
});

it('makes the text of an event once, whatever the queries and places of its readers', () => {
  const items = itemsOf(3);
  groupOf().piecesOf(items);
  for (const { shown } of items) shown.text = `made ${shown.text}`;
  const copies = items.map((item) => ({ ...item, mark: { ...item.mark, begun: [] } }));
  expect(textOf(groupOf(), copies).match(/made event: held/g)).toHaveLength(3);
});
