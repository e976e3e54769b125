import { describe, expect, it } from 'vitest';
import { shareRoom } from '../../config/share-room.ts';
import { newId } from '../../model/ids.ts';
import { PLACES } from '../../testing/test-courier.ts';
import { Places } from './places.ts';

function scene() {
  const accounts = new Map<string, number>();
  return {
    places: new Places({
      accountOf: (id) => accounts.get(id),
      mostSending: 4_096,
      onRoom: () => undefined,
      room: shareRoom(1),
    }),
    webhook: (accountId = 1) => {
      const id = newId(1_900_000_000_000);
      accounts.set(id, accountId);
      return id;
    },
  };
}

describe('places', () => {
  it('are not offered in small numbers', () => {
    const { places, webhook } = scene();
    const id = webhook();
    places.reserve(id, PLACES - 127);
    expect(places.room(id)).toBe(0);
    places.cancel(id, 1);
    expect(places.room(id)).toBe(128);
    places.reserve(id, 128);
    expect(places.tryReserve(id)).toBe(false);
    places.cancel(id, PLACES);
    expect(places.room(id)).toBe(PLACES);
  });

  it('are available for manual attempts while a claim holds them all', () => {
    const { places, webhook } = scene();
    const id = webhook();
    places.reserve(id, places.room(id));
    expect(places.tryReserve(id)).toBe(false);
    let byHand = 0;
    while (places.tryReserveByHand(id)) byHand++;
    expect(byHand).toBe(PLACES);
    expect(places.room(id)).toBe(0);
    expect(places.tryReserve(webhook())).toBe(true);
    places.cancel(id, PLACES + byHand);
    expect(places.room(id)).toBe(PLACES);
  });

  it('are shared: the more webhooks take all they can, the less each gets, and some stay free', () => {
    const { places, webhook } = scene();
    const rooms = Array.from({ length: 60 }, () => {
      const id = webhook();
      const room = places.room(id);
      places.reserve(id, room);
      return { id, room };
    });
    // A few are not limited by their share.
    for (const { room } of rooms.slice(0, 20)) expect(room).toBe(PLACES);
    // With sixty of them the last one still gets its share.
    expect(rooms[59]?.room).toBeGreaterThan(0);
    expect(places.tryReserve(webhook())).toBe(true);
    const taken = rooms.reduce((sum, { room }) => sum + room, 0);
    expect(taken).toBeLessThan(16_384);

    for (const { id, room } of rooms) places.cancel(id, room);
    expect(places.room(webhook())).toBe(PLACES);
  });

  it('are shared by account: thousands of webhooks of one leave a second its part at once', () => {
    const { places, webhook } = scene();
    const ids = Array.from({ length: 5_000 }, () => webhook());
    let taken = 0;
    for (const id of ids) while (places.tryReserve(id)) taken++;
    expect(taken).toBe((7 / 8) * 16_384);
    const other = webhook(2);
    let reserved = 0;
    while (places.tryReserve(other)) reserved++;
    expect(reserved).toBe(200);
    // A third is not left without, and the first gets nothing back while the others hold theirs.
    expect(places.tryReserve(webhook(3))).toBe(true);
    places.cancel(ids[0] as string, 1);
    expect(places.tryReserve(webhook())).toBe(false);
    expect(places.room(webhook())).toBe(0);
  });

  it('let an account have its share of the tests, which count as its requests in flight', () => {
    const { places } = scene();
    const begin = (accountId: number) => {
      let begun = 0;
      while (begun < 10_000 && places.tryBeginTrial(accountId)) begun++;
      return begun;
    };
    // One in sixteen requests may be a test.
    expect(begin(1)).toBe((7 / 8) * 256);
    expect(places.sending).toBe(224);
    expect(begin(2)).toBe((7 / 8) * 32);
    places.endTrial(1);
    expect([places.sending, begin(1), begin(3)]).toEqual([251, 0, 4]);
  });

  it('let no test begin when the account may not send', () => {
    const { places, webhook } = scene();
    for (;;) {
      const line = places.line(webhook());
      if (places.sendingLimit(line, 64) === 0 || !places.tryBegin(line, 1)) break;
    }
    expect(places.tryBeginTrial(1)).toBe(false);
    expect(places.tryBeginTrial(2)).toBe(true);
  });

  it('count requests in flight and their bytes by account', () => {
    const { places, webhook } = scene();
    const fill = (accountId: number, bytes: number) => {
      let begun = 0;
      for (;;) {
        const line = places.line(webhook(accountId));
        if (line.sending >= places.sendingLimit(line, 64) || !places.tryBegin(line, bytes)) {
          return begun;
        }
        begun++;
      }
    };
    expect(fill(1, 1)).toBe((7 / 8) * 4_096);
    expect(fill(2, 1)).toBe((7 / 8) * 512);
    // Bytes, each webhook with one body of 2 MiB: 128 of them are all the memory.
    const { places: empty, webhook: another } = scene();
    const MIB = 1024 * 1024;
    let begun = 0;
    while (empty.tryBegin(empty.line(another(1)), 2 * MIB)) begun++;
    expect(begun).toBe(112);
    expect(empty.tryBegin(empty.line(another(2)), 2 * MIB)).toBe(true);
  });
});
