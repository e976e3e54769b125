import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Suspicion } from '../../model/suspicion.ts';
import { Quarantine } from './quarantine.ts';
import type { Work } from './work.ts';

/** A quarantine of suspects with names; `s1a` is a suspect of account 1, `b1a` was blamed before. */
function scene() {
  const begun: string[] = [];
  const works = new Map<string, Work>();
  const nameOf = (work: Work) => work.leased.id;
  /** Suspects whose line is busy. */
  const busy = new Set<string>();
  let nowMs = 0;
  const quarantine = new Quarantine({
    begin: (work) => begun.push(nameOf(work)),
    isReady: (work) => !busy.has(nameOf(work)),
    monotonic: () => nowMs,
  });
  return {
    quarantine,
    begun,
    busy,
    pass: (ms: number) => {
      nowMs += ms;
    },
    enter(...names: string[]) {
      for (const name of names) {
        const suspicion: Suspicion = name[0] === 'b' ? 'blamed' : 'suspect';
        const leased = {
          id: name,
          webhookId: `w${name[1]}`,
          manual: name.endsWith('!'),
          suspicion,
        };
        const work = { leased, accountId: Number(name[1]) } as Work;
        works.set(name, work);
        quarantine.enter(work);
      }
    },
    leave: (name: string) => quarantine.leave(works.get(name) as Work),
    names: (found: Work[]) => found.map(nameOf),
  };
}

describe('Quarantine', () => {
  it('lets in a few suspects, one of another account at once, and the next when one leaves', () => {
    const { begun, enter, leave } = scene();
    enter('s1a', 's1b', 's1c', 's1d', 's1e');
    expect(begun).toEqual(['s1a', 's1b', 's1c']);
    enter('s2a', 's2b');
    expect(begun).toEqual(['s1a', 's1b', 's1c', 's2a']);
    // What account 1 gives back is for a third account.
    leave('s1b');
    expect(begun).toHaveLength(4);
    leave('s2a');
    expect(begun.slice(4)).toEqual(['s1d', 's2b']);
  });

  it('gives accounts turns, whoever has how many', () => {
    const { begun, enter, leave } = scene();
    enter('b1a', 's1b', 'b1c', 'b1d', 'b2a', 's3a', 'b2b');
    for (let left = 0; left < 7; left++) leave(begun[left] as string);
    // Account 1 has the next turn, because it was the first that waited.
    expect(begun).toEqual(['b1a', 's1b', 'b2a', 's3a', 'b1c', 'b2b', 'b1d']);
  });

  it('lets in one that was blamed when nobody else is inside, and nobody beside it', () => {
    const { begun, enter, leave } = scene();
    enter('s1a', 'b1b', 's1c', 's2a');
    expect(begun).toEqual(['s1a']);
    leave('s1a');
    expect(begun).toEqual(['s1a', 'b1b']);
    leave('b1b');
    expect(begun).toEqual(['s1a', 'b1b', 's2a', 's1c']);
  });

  it('lets in one that was blamed, however many suspects another account adds', () => {
    const { begun, enter, leave } = scene();
    enter('s1a', 's1b', 's1c', 's1d', 'b2a');
    for (let count = 0; !begun.includes('b2a'); count++) {
      expect(count).toBeLessThan(5);
      leave(begun[count] as string);
      enter(`s1${count}`);
    }
    expect(begun).toEqual(['s1a', 's1b', 's1c', 'b2a']);
  });

  it('forgets who is not sent, inside or waiting', () => {
    const { quarantine, begun, enter, leave, names } = scene();
    enter('b1a', 'b1b', 's1c', 's1d!', 's2a');
    leave('b1b');
    expect(names(quarantine.takeWaiting(1, 'w1'))).toEqual(['s1c']);
    expect(names(quarantine.takeWaiting(1, 'w2'))).toEqual([]);
    expect(names(quarantine.takeWaiting(3, 'w3'))).toEqual([]);
    leave('b1a');
    leave('b1a');
    expect(begun).toEqual(['b1a', 's1d!', 's2a']);
  });

  it('goes on when those that wait are taken back while one is let in', () => {
    const begun: string[] = [];
    const quarantine = new Quarantine({
      begin({ accountId, leased }) {
        begun.push(leased.id);
        if (accountId === 1) quarantine.takeWaiting(1, 'w1');
      },
      isReady: () => true,
    });
    const work = (id: string, accountId: number, suspicion: Suspicion) =>
      ({ leased: { id, webhookId: `w${accountId}`, suspicion }, accountId }) as Work;
    const first = work('b2a', 2, 'blamed');
    for (const one of [first, work('s1a', 1, 'suspect'), work('s1b', 1, 'suspect')]) {
      quarantine.enter(one);
    }
    quarantine.leave(first);
    quarantine.enter(work('s3a', 3, 'suspect'));
    expect(begun).toEqual(['b2a', 's1a', 's3a']);
  });

  it('lets others pass one that was blamed while its line is busy, of its account too', () => {
    const { quarantine, begun, busy, enter, leave } = scene();
    busy.add('b1a');
    enter('b1a', 's1b', 's2a');
    expect(begun).toEqual(['s1b', 's2a']);
    leave('s1b');
    busy.delete('b1a');
    // It waits until the last one has left, and nobody overtakes it now.
    quarantine.lineFreed();
    enter('s3a', 's1c');
    expect(begun).toEqual(['s1b', 's2a']);
    leave('s2a');
    expect(begun).toEqual(['s1b', 's2a', 'b1a']);
    leave('b1a');
    expect(begun).toEqual(['s1b', 's2a', 'b1a', 's3a', 's1c']);
  });

  it('lets one in that gave way when its line has room, and nothing happens otherwise', () => {
    const { quarantine, begun, busy, enter } = scene();
    busy.add('b1a');
    enter('b1a');
    quarantine.lineFreed();
    expect(begun).toEqual([]);
    busy.delete('b1a');
    quarantine.lineFreed();
    expect(begun).toEqual(['b1a']);
  });

  it('has one that was blamed give way for a minute, and then no longer', () => {
    const { begun, busy, enter, leave, pass } = scene();
    busy.add('b1a');
    enter('b1a');
    for (let count = 0; count < 20; count++) {
      enter(`s2${count}`);
      leave(`s2${count}`);
      pass(2_900);
    }
    expect(begun).not.toContain('b1a');
    pass(2_000);
    enter('s2z');
    expect(begun.slice(20)).toEqual(['b1a']);
  });

  it('lets nobody in once it is closed, and returns who waited', () => {
    const { quarantine, begun, enter, leave, names } = scene();
    enter('b1a', 's1b', 's2a');
    expect(names(quarantine.close())).toEqual(['s1b', 's2a']);
    enter('s3a');
    leave('b1a');
    expect(begun).toEqual(['b1a']);
  });

  it('never has more inside than it may, and lets everyone in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('s', 'b'), fc.nat(3)), { maxLength: 40 }),
        fc.array(fc.nat(), { minLength: 1 }),
        (suspects, choices) => {
          const { begun, enter, leave } = scene();
          const inside = new Set<string>();
          let seen = 0;
          const look = () => {
            for (; seen < begun.length; seen++) inside.add(begun[seen] as string);
            const blamed = [...inside].filter((name) => name.startsWith('b'));
            expect(inside.size).toBeLessThanOrEqual(blamed.length > 0 ? 1 : 4);
          };
          suspects.forEach(([kind, account], place) => {
            enter(`${kind}${account}-${place}`);
            look();
          });
          for (let step = 0; inside.size > 0; step++) {
            const all = [...inside];
            const name = all[(choices[step % choices.length] as number) % all.length] as string;
            inside.delete(name);
            leave(name);
            look();
          }
          expect(begun).toHaveLength(suspects.length);
        },
      ),
    );
  });
});
