import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from './agenda.ts';

describe('Agenda', () => {
  it('returns what is due, each once, and the next time', () => {
    const agenda = new Agenda();
    expect(agenda.next()).toBeUndefined();
    agenda.note('a', 30);
    agenda.note('b', 10);
    agenda.note('c', 20);
    expect(agenda.next()).toBe(10);
    expect(agenda.take(9)).toEqual([]);
    expect(agenda.take(20)).toEqual(['b', 'c']);
    expect(agenda.next()).toBe(30);
    expect(agenda.take(1_000)).toEqual(['a']);
    expect(agenda.take(1_000)).toEqual([]);
  });

  it('keeps the earliest time of a webhook', () => {
    const agenda = new Agenda();
    agenda.note('a', 30);
    agenda.note('a', 10);
    agenda.note('a', 20);
    expect(agenda.take(10)).toEqual(['a']);
    expect(agenda.next()).toBeUndefined();
    expect(agenda.take(1_000)).toEqual([]);
  });

  it('behaves like a sorted list', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.record({ note: fc.nat(5), at: fc.nat(40) }), fc.record({ take: fc.nat(40) })),
        ),
        (steps) => {
          const agenda = new Agenda();
          const model = new Map<string, number>();
          for (const step of steps) {
            if ('take' in step) {
              const due = [...model].filter(([, at]) => at <= step.take).map(([id]) => id);
              expect(agenda.take(step.take).sort()).toEqual(due.sort());
              for (const id of due) model.delete(id);
            } else {
              const id = `w${step.note}`;
              agenda.note(id, step.at);
              model.set(id, Math.min(step.at, model.get(id) ?? Number.POSITIVE_INFINITY));
            }
            expect(agenda.next()).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
          }
        },
      ),
    );
  });

  it('does not fill the memory with superseded times', () => {
    const agenda = new Agenda();
    const day = 86_400_000;
    // A webhook with a retry tomorrow and work now, repeatedly: each claim notes tomorrow again.
    for (let now = 0; now < 200_000; now++) {
      agenda.note('a', now + day + Math.random());
      agenda.note('a', now);
      agenda.take(now);
    }
    expect(agenda.size).toBeLessThan(2_100);
    agenda.note('b', 5);
    expect(agenda.take(10)).toEqual(['b']);
  });
});
