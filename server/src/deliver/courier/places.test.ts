import { describe, expect, it } from 'vitest';
import { newId } from '../../model/ids.ts';
import { PLACES } from '../../testing/test-courier.ts';
import { Places } from './places.ts';

function scene() {
  return {
    places: new Places({ onRoom: () => undefined }),
    webhook: () => newId(1_900_000_000_000),
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
});
