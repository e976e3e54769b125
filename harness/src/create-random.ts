import { hash } from 'node:crypto';

/** Choices that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from `from` to `to`, both inclusive. */
  whole(from: number, to: number): number;
  /** True for this share of the calls. */
  chance(share: number): boolean;
  /** One of `choices`, which must not be empty. */
  pick<T>(choices: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/**
 * Draws from the named stream of a seed. Each part of a run has its own stream: its choices do not
 * depend on how often another part has drawn, which differs from run to run.
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
