import { expect, test } from 'vitest';
import { TimeLimit } from './time-limit.ts';

test('ends what is over, the oldest first, and nothing that ended before', async () => {
  const limit = new TimeLimit(20);
  const over: string[] = [];
  const done = new Promise<void>((resolve) => {
    const of = (name: string, then: () => void = () => undefined) => ({
      overdue() {
        over.push(name);
        then();
      },
    });
    const ended = of('ended');
    limit.begin(of('first'));
    limit.begin(ended);
    // Each begins one timer further on, so that the second is made after the first one ran.
    limit.begin(of('second', () => limit.begin(of('third', resolve))));
    limit.end(ended);
  });
  await done;
  expect(over).toEqual(['first', 'second', 'third']);
});
