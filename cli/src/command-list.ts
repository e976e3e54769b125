import type { AddCommand } from './session/act.ts';

/** A command, and the module that adds it. */
export interface ListedCommand {
  readonly name: string;
  readonly alias?: string;
  /** What the help of the program says; that of the command itself is the same. */
  readonly summary: string;
  readonly load: () => Promise<AddCommand>;
}

const command = (
  name: string,
  summary: string,
  load: () => Promise<AddCommand>,
  alias?: string,
): ListedCommand => ({ name, summary, load, ...(alias !== undefined && { alias }) });

/**
 * Every command. Only the module of the one that is called is loaded: all of them take four times as
 * long.
 */
export const COMMANDS: readonly ListedCommand[] = [
  command(
    'start',
    'start the server: a node, with its console',
    async () => (await import('./commands/start.ts')).start,
  ),
  command(
    'demo',
    'show Hooktrail at work, on a throw-away database',
    async () => (await import('./commands/demo.ts')).demo,
  ),
  command(
    'doctor',
    'check this machine, the settings, the database and the server',
    async () => (await import('./commands/doctor.ts')).doctor,
  ),
  command(
    'backup',
    'copy the data folder of a stopped node into a file',
    async () => (await import('./commands/backup.ts')).backup,
  ),
  command(
    'restore',
    'make a data folder from such a file',
    async () => (await import('./commands/restore.ts')).restore,
  ),
  command(
    'login',
    'store the URL and the token of a server in a profile',
    async () => (await import('./commands/login.ts')).login,
  ),
  command(
    'profiles',
    'list, choose and remove what login stored',
    async () => (await import('./commands/profiles.ts')).profiles,
  ),
  command(
    'invocations',
    'list invocations, newest first',
    async () => (await import('./commands/invocations.ts')).invocations,
    'list',
  ),
  command('get', 'show an invocation', async () => (await import('./commands/get.ts')).get),
  command(
    'attempts',
    'list the attempts of an invocation',
    async () => (await import('./commands/attempts.ts')).attempts,
  ),
  command(
    'why',
    'say why an invocation is where it is',
    async () => (await import('./commands/why.ts')).why,
  ),
  command(
    'tail',
    'follow what happens, as it happens',
    async () => (await import('./commands/tail.ts')).tail,
  ),
  command(
    'search',
    'search words and phrases in events, requests and answers',
    async () => (await import('./commands/search.ts')).search,
  ),
  command(
    'counts',
    'count attempts and outcomes',
    async () => (await import('./commands/counts.ts')).counts,
  ),
  command(
    'problems',
    'list what is wrong now',
    async () => (await import('./commands/problems.ts')).problems,
  ),
  command(
    'alerts',
    'list alerts, and change rules, mutes and routes',
    async () => (await import('./commands/alerts.ts')).alerts,
  ),
  command(
    'undelivered',
    'count what is undelivered, by webhook and cause',
    async () => (await import('./commands/undelivered.ts')).undelivered,
  ),
  command(
    'replay',
    'send invocations again',
    async () => (await import('./commands/replay.ts')).replay,
  ),
  command(
    'jobs',
    'list, follow, pause, resume and cancel jobs',
    async () => (await import('./commands/jobs.ts')).jobs,
  ),
  command(
    'export',
    'write what a query selects to files, and download them',
    async () => (await import('./commands/export.ts')).exportRows,
  ),
  command(
    'erase',
    'erase bodies, headers and texts of what a query selects',
    async () => (await import('./commands/erase.ts')).erase,
  ),
  command(
    'webhooks',
    'list, create, change, test, pause and inspect webhooks',
    async () => (await import('./commands/webhooks.ts')).webhooks,
  ),
  command(
    'publish',
    'publish an event, or a file of events',
    async () => (await import('./commands/publish.ts')).publish,
  ),
  command(
    'trigger',
    'publish a realistic sample of an event type',
    async () => (await import('./commands/trigger.ts')).trigger,
  ),
  command(
    'events',
    'list what was published, and what became of it',
    async () => (await import('./commands/events.ts')).events,
  ),
  command(
    'listen',
    'receive deliveries on this machine',
    async () => (await import('./commands/listen.ts')).listen,
  ),
  command(
    'sign',
    'sign a body as deliveries are signed',
    async () => (await import('./commands/sign.ts')).sign,
  ),
  command(
    'verify',
    'verify the signature of a delivery',
    async () => (await import('./commands/verify.ts')).verify,
  ),
  command(
    'tokens',
    'list, create and revoke tokens',
    async () => (await import('./commands/tokens.ts')).tokens,
  ),
  command(
    'inboxes',
    'addresses that receive webhooks from elsewhere',
    async () => (await import('./commands/inboxes.ts')).inboxes,
  ),
  command(
    'archive',
    'archive the trail of Zendesk accounts',
    async () => (await import('./commands/archive.ts')).archive,
  ),
  command(
    'account',
    'show and change the account',
    async () => (await import('./commands/account.ts')).account,
  ),
  command(
    'views',
    'list and change the saved views of the account, and run them',
    async () => (await import('./commands/views.ts')).views,
  ),
  command(
    'storage',
    'show what the database takes, and what is dropped next',
    async () => (await import('./commands/storage.ts')).storage,
  ),
  command(
    'nodes',
    'list the nodes, and how busy they are',
    async () => (await import('./commands/nodes.ts')).nodes,
  ),
  command(
    'audit',
    'list who changed what',
    async () => (await import('./commands/audit.ts')).audit,
  ),
  command(
    'config',
    'export and import webhooks, rules, keys and saved views as YAML',
    async () => (await import('./commands/config.ts')).config,
  ),
  command(
    'open',
    'open the console in a browser, signed in',
    async () => (await import('./commands/open.ts')).open,
  ),
  command(
    'completion',
    'print the completion script of a shell',
    async () => (await import('./commands/completion.ts')).completion,
  ),
];
