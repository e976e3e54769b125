import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.ts';

const TOTAL = 1_000;

/** Each webhook is of an account of its own; `places.test.ts` has many of one. */
function holder(webhookId: string) {
  return { accountId: Number.parseInt(webhookId, 36), webhookId };
}

/** How often a webhook can take this many bytes. */
function fill(budget: ByteBudget, webhookId: string, bytes: number): number {
  let count = 0;
  while (budget.tryTake(holder(webhookId), bytes)) count++;
  return count;
}

describe('ByteBudget', () => {
  it('grants any size when nothing is held, and then nothing', () => {
    const budget = new ByteBudget(TOTAL);
    expect(budget.tryTake(holder('a'), 5 * TOTAL)).toBe(true);
    expect(budget.tryTake(holder('a'), 1)).toBe(false);
    expect(budget.tryTake(holder('b'), 1)).toBe(false);
    budget.giveBack(holder('a'), 5 * TOTAL);
    expect(budget.tryTake(holder('b'), 5 * TOTAL)).toBe(true);
  });

  it('grants one webhook an eighth of what is free', () => {
    const budget = new ByteBudget(TOTAL);
    expect(fill(budget, 'a', 5) * 5).toBe(TOTAL / 8);
    expect(budget.tryTake(holder('b'), 500)).toBe(true);
  });

  it('leaves room even if many take all they can', () => {
    const budget = new ByteBudget(TOTAL);
    for (let webhook = 0; webhook < 8; webhook++) fill(budget, String(webhook), 1);
    expect(budget.used).toBeLessThan(0.7 * TOTAL);
    expect(fill(budget, 'late', 1)).toBeGreaterThan(0);
  });

  it('never grants more than it has', () => {
    const budget = new ByteBudget(TOTAL);
    let given = 0;
    for (let webhook = 0; webhook < 100; webhook++) {
      if (budget.tryTake(holder(String(webhook)), 100)) given++;
    }
    expect(given).toBe(10);
    expect(budget.used).toBe(TOTAL);
  });

  it('lets outcomes exceed it, and lets nothing begin until they are written', () => {
    const budget = new ByteBudget(TOTAL);
    budget.take(holder('a'), 3 * TOTAL);
    expect(budget.tryTake(holder('a'), 1)).toBe(false);
    expect(budget.tryTake(holder('b'), 1)).toBe(false);
    budget.giveBack(holder('a'), 2.5 * TOTAL);
    expect(budget.tryTake(holder('b'), 1)).toBe(true);
  });

  it('has its total again when everything was returned', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(600), fc.boolean())),
        (requests) => {
          const budget = new ByteBudget(TOTAL);
          const taken: [string, number][] = [];
          for (const [webhookId, bytes, forced] of requests) {
            if (forced) budget.take(holder(webhookId), bytes);
            else if (!budget.tryTake(holder(webhookId), bytes)) continue;
            taken.push([webhookId, bytes]);
          }
          for (const [webhookId, bytes] of taken) budget.giveBack(holder(webhookId), bytes);
          expect(budget.used).toBe(0);
          expect(fill(budget, 'a', 5) * 5).toBe(TOTAL / 8);
        },
      ),
    );
  });
});
