import { expect, test } from 'vitest';
import { createProgram } from './create-program.ts';

/** Those that have options or commands of their own: their module was loaded. */
const loadedFor = async (...argv: string[]): Promise<string[]> =>
  (await createProgram('0.0.0', () => async () => undefined, argv)).commands
    .filter(({ options, commands }) => options.length > 0 || commands.length > 0)
    .map((command) => command.name());

test.each([
  [['list', '--webhook', 'jobs'], 'invocations'],
  [['invocations', 'webhooks'], 'invocations'],
  [['webhooks', 'list'], 'webhooks'],
  [['--profile', 'list', 'webhooks', 'list'], 'webhooks'],
  [['--profile=x', '-o', 'csv', 'jobs', 'list'], 'jobs'],
  [['--color', 'always', 'list'], 'invocations'],
  [['--color', 'list'], 'invocations'],
  [
    ['--timeout', '5', '--url', 'http://127.0.0.1', '--token', 't', '--columns', 'id', 'jobs'],
    'jobs',
  ],
  [['--zendesk', 'acme', '--output', 'json', 'list'], 'invocations'],
  [['help', 'jobs'], 'jobs'],
])('%j loads the module of one command', async (argv, name) => {
  expect(await loadedFor(...argv)).toEqual([name]);
});

test('every option of the program that takes a value is known to take one', async () => {
  const { options } = await createProgram('0.0.0', () => async () => undefined, []);
  for (const { long, short, required } of options) {
    if (!required) continue;
    for (const flag of [long, short]) {
      if (flag === undefined) continue;
      expect(await loadedFor(flag, 'jobs', 'list'), flag).toEqual(['invocations']);
    }
  }
});
