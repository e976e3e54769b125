/** A stream of choices from a seed (mulberry32): `seed` and `name` give the same choices each time. */
export function createRandom(seed, name) {
  let state = seed >>> 0;
  for (const letter of name)
    state = (Math.imul(state ^ letter.charCodeAt(0), 2654435761) + 1) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** A number from `low` up to `high`, not a whole one. */
    between: (low, high) => low + next() * (high - low),
    /** A whole number from `low` to `high`, both included. */
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}
