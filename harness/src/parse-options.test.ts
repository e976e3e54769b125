import { expect, test } from 'vitest';
import { parseOptions } from './parse-options.ts';
import { UsageError } from './usage-error.ts';

test('options and names come out with their types', () => {
  const options = { count: { type: 'string' }, all: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseOptions(['a', '--count', '5', 'b'], {
    allowPositionals: true,
    options,
  });
  const all: boolean = values.all;
  const count: string | undefined = values.count;
  expect([all, count, positionals]).toEqual([false, '5', ['a', 'b']]);
});

test.each([[['--other']], [['--count']], [['x']]])('%j is a wrong command line', (args) => {
  expect(() => parseOptions(args, { options: { count: { type: 'string' } } })).toThrow(UsageError);
});
