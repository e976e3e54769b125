import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../create-program.ts';
import { onlyReads } from './only-reads.ts';

/** What changes something here or on a server, with at least one of its options, or runs a program. */
const CHANGING = [
  ...['start', 'demo', 'backup', 'restore', 'login', 'profiles use', 'profiles remove', 'replay'],
  ...['jobs pause', 'jobs resume', 'jobs cancel', 'jobs rate', 'export'],
  ...['webhooks create', 'webhooks edit', 'webhooks clone', 'webhooks delete', 'webhooks test'],
  ...['webhooks pause', 'webhooks resume', 'webhooks rules', 'webhooks secret'],
  ...['publish', 'trigger', 'listen', 'tokens create', 'tokens revoke'],
  ...['inboxes create', 'inboxes edit', 'inboxes rotate', 'inboxes delete'],
  ...['archive add', 'archive edit', 'archive pause', 'archive resume', 'archive poll'],
  ...['archive delete', 'archive run', 'archive resend', 'erase'],
  ...['account set', 'account keys', 'views create', 'views edit', 'views delete'],
  ...['config import', 'open'],
  ...['alerts ack', 'alerts mute', 'alerts unmute', 'alerts rules set', 'alerts routes add'],
  ...['alerts routes edit', 'alerts routes test', 'alerts routes delete'],
];

const leavesOf = (command: Command, names: readonly string[] = []): [string, Command][] =>
  command.commands.length === 0
    ? [[names.join(' '), command]]
    : command.commands.flatMap((one) => leavesOf(one, [...names, one.name()]));

test('every command that changes nothing is known to, so that a reader may leave it', async () => {
  const leaves = leavesOf(await createProgram('0.0.0', () => async () => undefined, undefined));
  expect(leaves.length).toBeGreaterThan(CHANGING.length);
  const changing = leaves.filter(([, command]) => !onlyReads(command)).map(([name]) => name);
  expect(changing.sort()).toEqual(CHANGING.sort());
});

test.each([
  [['trigger', '--list'], true],
  [['trigger', 'ticket.created', '--dry-run'], true],
  [['trigger', 'ticket.created'], false],
  [['replay', '--all', '--dry-run'], true],
  [['replay', '--all'], false],
])('%j: that it only reads is %s', async (argv, expected) => {
  let called: Command | undefined;
  const act =
    () =>
    async (...args: unknown[]) => {
      called = args.at(-1) as Command;
    };
  await (await createProgram('0.0.0', act, undefined)).parseAsync(argv, { from: 'user' });
  expect(onlyReads(called as Command)).toBe(expected);
});
