import { expect, test } from 'vitest';
import { shareLeft } from '../shares/share-left.ts';
import { type Room, shareRoom } from './share-room.ts';

const numbersOf = ({ connections, processes, ...rest }: Room) => Object.values(rest);
const connectionsOf = ({ connections }: Room) =>
  Object.values(connections).reduce((sum, one) => sum + one, 0);

test('one process has all of the room', () => {
  expect(shareRoom(1)).toEqual({
    connections: { work: 12, lists: 6, searches: 3, feed: 2, archive: 3, jobs: 3 },
    places: 16_384,
    bodyBytes: 268_435_456,
    waitingEvents: 20_000,
    waitingBytes: 67_108_864,
    requestBytes: 134_217_728,
    answerBytes: 16_777_216,
    feedReaders: 2_000,
    feedBytes: 67_108_864,
    processes: 1,
  });
});

test.each([2, 3, 4, 8])('%i processes together have the room of one', (processes) => {
  const one = numbersOf(shareRoom(1));
  numbersOf(shareRoom(processes)).forEach((part, place) => {
    const all = one[place] as number;
    expect(part * processes).toBeGreaterThanOrEqual(all);
    expect(part * processes).toBeLessThan(all + processes);
  });
});

test.each([9, 16, 64])('each of %i processes has room for the largest batch', (processes) => {
  const { requestBytes, waitingBytes, waitingEvents } = shareRoom(processes);
  const left = (total: number) => shareLeft({ total, used: 0, held: 0 });
  expect(left(waitingEvents)).toBeGreaterThanOrEqual(1_000);
  for (const bytes of [requestBytes, waitingBytes]) {
    expect(left(bytes)).toBeGreaterThanOrEqual(5 * 1024 * 1024);
  }
});

test('each process has connections of every kind, and two together hardly more than one', () => {
  for (const count of Object.values(shareRoom(64).connections)) expect(count).toBeGreaterThan(0);
  expect(connectionsOf(shareRoom(64))).toBe(12);
  expect(2 * connectionsOf(shareRoom(2))).toBeLessThanOrEqual(connectionsOf(shareRoom(1)) + 5);
});
