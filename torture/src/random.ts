import { hash } from 'node:crypto';

/** Choices that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** True for this share of the calls. */
  chance(share: number): boolean;
  /** One of `choices`, of which there must be one at least. */
  pick<T>(choices: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/**
 * Each part of the run draws from a stream of its own: what one part decides does not depend on how
 * often another one, or the machine's mood, has drawn in between.
 */
export function createRandom(seed: number, stream: string): Random {
  let drawn = 0;
  const next = () =>
    hash('sha256', `${seed} ${stream} ${drawn++}`, 'buffer').readUInt32LE() / 2 ** 32;
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    whole,
    chance: (share) => next() < share,
    pick: (choices) => choices[whole(0, choices.length - 1)] as (typeof choices)[number],
    shuffled(items) {
      const rest = [...items];
      return items.map(
        () => rest.splice(whole(0, rest.length - 1), 1)[0] as (typeof items)[number],
      );
    },
  };
}
