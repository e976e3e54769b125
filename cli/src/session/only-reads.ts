import type { Command } from 'commander';

/** The commands that change nothing, whatever their options are. */
const READING = new Set([
  ...['doctor', 'invocations', 'get', 'why', 'attempts', 'search', 'counts', 'tail', 'audit'],
  ...['problems', 'undelivered', 'storage', 'nodes', 'views list', 'views get', 'views run'],
  ...['sign', 'verify', 'completion', 'events list', 'events get', 'events body'],
  ...[
    'events invocations',
    'webhooks list',
    'webhooks get',
    'webhooks health',
    'jobs list',
    'jobs get',
  ],
  ...[
    'jobs watch',
    'jobs skipped',
    'tokens list',
    'inboxes list',
    'inboxes get',
    'archive list',
    'archive status',
    'archive gaps',
    'archive webhooks',
    'archive reconcile',
    'alerts list',
    'alerts show',
    'alerts mutes',
    'alerts rules list',
    'alerts routes list',
    'account show',
    'profiles list',
    'config export',
  ],
]);

/** Whether a command, with the options that it was called with, is done when nobody reads its output any more. */
export function onlyReads(command: Command): boolean {
  const names: string[] = [];
  for (let one: Command | null = command; one?.parent; one = one.parent) names.unshift(one.name());
  const name = names.join(' ');
  const { dryRun, list } = command.opts();
  return READING.has(name) || dryRun === true || (name === 'trigger' && list === true);
}
