import { createRandom } from '@hooktrail/harness/create-random';
import { describe, expect, test } from 'vitest';
import { Deck } from './deck.ts';

const short = { name: 'short', copies: 3, lastsMs: [0, 100] as const };
const long = { name: 'long', copies: 1, lastsMs: [5_000, 6_000] as const };

function drawn(deck: Deck<typeof short | typeof long>, times: number, roomMs = 10_000): string[] {
  return Array.from({ length: times }, () => deck.draw(roomMs)?.kind.name ?? 'none');
}

describe('Deck', () => {
  test('draws each kind as often as it has copies before it shuffles again', () => {
    const deck = new Deck([short, long], createRandom(1, 'test'));
    for (let round = 0; round < 5; round++) {
      expect(drawn(deck, 4).sort()).toEqual(['long', 'short', 'short', 'short']);
    }
  });

  test('draws first what must come first', () => {
    expect(drawn(new Deck([short, long], createRandom(1, 'test'), [long]), 1)).toEqual(['long']);
  });

  test('drops what would not end in time', () => {
    const deck = new Deck([short, long], createRandom(1, 'test'), [long]);
    expect(new Set(drawn(deck, 20, 1_000))).toEqual(new Set(['short']));
    expect(deck.draw(50)).toBeUndefined();
  });

  test('draws durations between the limits', () => {
    const deck = new Deck([long], createRandom(1, 'test'));
    for (let time = 0; time < 50; time++) {
      const lastsMs = deck.draw(10_000)?.lastsMs ?? 0;
      expect(lastsMs).toBeGreaterThanOrEqual(5_000);
      expect(lastsMs).toBeLessThanOrEqual(6_000);
    }
  });
});
