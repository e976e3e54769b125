import { describe, expect, it } from 'vitest';
import { type Batch, ClaimQueue } from './claim-queue.ts';

/** Everything that may begin now. */
function begin(queue: ClaimQueue): Batch[] {
  const begun: Batch[] = [];
  for (let batch = queue.next(); batch !== undefined; batch = queue.next()) begun.push(batch);
  return begun;
}

const shown = ({ lane, webhookIds }: Batch) => `${lane}: ${[...webhookIds].join(' ')}`;

describe('ClaimQueue', () => {
  it('leaves a claim to another account, however many lanes one account waits for', () => {
    const queue = new ClaimQueue();
    for (let lane = 0; lane < 64; lane++) queue.add(1, lane, `a${lane}`);
    const running = begin(queue);
    expect(running.map(shown)).toEqual(['0: a0', '1: a1', '2: a2']);
    queue.add(2, 0, 'b');
    expect(begin(queue).map(shown)).toEqual(['0: b']);
    expect(queue.running).toBe(4);
  });

  it('gives accounts turns, and takes along what others have in the lane', () => {
    const queue = new ClaimQueue();
    for (const lane of [0, 1, 2, 3, 4, 5]) queue.add(1, lane, `a${lane}`);
    const running = begin(queue);
    queue.add(2, 6, 'b6');
    running.push(...begin(queue));
    queue.add(3, 4, 'c4');
    queue.add(2, 7, 'b7');
    expect(queue.next()).toBeUndefined();
    queue.end(running[0] as Batch);
    expect(begin(queue).map(shown)).toEqual(['4: c4 a4']);
    queue.end(running[1] as Batch);
    // The last of four is for an account that has none.
    expect(begin(queue)).toEqual([]);
    for (const batch of running.slice(2)) queue.end(batch);
    expect(begin(queue).map(shown)).toEqual(['3: a3', '7: b7']);
  });

  it('bounds a claim in webhooks of an account, and of others', () => {
    const queue = new ClaimQueue();
    for (let n = 0; n < 150; n++) queue.add(1, 0, `a${n}`);
    for (let account = 2; account < 22; account++) {
      for (let n = 0; n < 20; n++) queue.add(account, 0, `${account} ${n}`);
    }
    const first = queue.next() as Batch;
    expect(first.webhookIds.size).toBe(64 + 64);
    expect([...first.webhookIds].filter((id) => id.startsWith('2 '))).toHaveLength(8);
    expect(queue.next()?.accountId).toBe(10);
    queue.end(first);
    let left = 150 + 20 * 20 - 128;
    for (let batch = queue.next(); batch !== undefined; batch = queue.next()) {
      left -= batch.webhookIds.size;
      queue.end(batch);
    }
    // All but what the second claim, which still runs, has and keeps others from.
    expect(left).toBeLessThan(64 + 20 * 20);
  });

  it('never claims twice at once for an account in a lane', () => {
    const queue = new ClaimQueue();
    queue.add(1, 0, 'a');
    const [first] = begin(queue);
    queue.add(1, 0, 'a');
    queue.add(1, 0, 'b');
    expect(begin(queue)).toEqual([]);
    queue.end(first as Batch);
    expect(begin(queue).map(shown)).toEqual(['0: a b']);
  });
});
