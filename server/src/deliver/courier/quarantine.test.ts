import { describe, expect, it } from 'vitest';
import { Quarantine } from './quarantine.ts';

/** Enters, and says how far it came. */
function entering(quarantine: Quarantine, suspicion: 'suspect' | 'blamed') {
  const state: { entered: boolean; leave: (() => void) | undefined } = {
    entered: false,
    leave: undefined,
  };
  void quarantine.enter(suspicion).then((leave) => {
    state.entered = true;
    state.leave = leave;
  });
  return state;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Quarantine', () => {
  it('lets in a few suspects, and the next when one leaves', async () => {
    const quarantine = new Quarantine();
    const all = Array.from({ length: 6 }, () => entering(quarantine, 'suspect'));
    await settle();
    expect(all.map(({ entered }) => entered)).toEqual([true, true, true, true, false, false]);
    all[2]?.leave?.();
    await settle();
    expect(all.map(({ entered }) => entered)).toEqual([true, true, true, true, true, false]);
  });

  it('lets in one that was blamed when nobody else is inside, and nobody beside it', async () => {
    const quarantine = new Quarantine();
    const first = entering(quarantine, 'suspect');
    const blamed = entering(quarantine, 'blamed');
    const last = entering(quarantine, 'suspect');
    await settle();
    expect([first.entered, blamed.entered, last.entered]).toEqual([true, false, false]);
    first.leave?.();
    await settle();
    expect([blamed.entered, last.entered]).toEqual([true, false]);
    blamed.leave?.();
    await settle();
    expect(last.entered).toBe(true);
  });

  it('sends away everyone who waits when it closes, and everyone who comes later', async () => {
    const quarantine = new Quarantine();
    const inside = entering(quarantine, 'blamed');
    const waiting = entering(quarantine, 'suspect');
    await settle();
    quarantine.close();
    const late = entering(quarantine, 'suspect');
    await settle();
    expect(inside.leave).toBeInstanceOf(Function);
    expect([waiting, late]).toEqual([
      { entered: true, leave: undefined },
      { entered: true, leave: undefined },
    ]);
  });
});
