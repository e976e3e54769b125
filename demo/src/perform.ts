import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { UndoStack } from '@hooktrail/harness/undo-stack';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { awaitSettled } from './await-settled.ts';
import { checkAttempts } from './check-attempts.ts';
import { checkCurlLines } from './check-curl-lines.ts';
import { checkTrail } from './check-trail.ts';
import { curlLines } from './curl-lines.ts';
import { holdClosedPort } from './hold-closed-port.ts';
import { type EventTypes, makeEvents } from './make-events.ts';
import { makeWebhooks } from './make-webhooks.ts';
import { openEndpoints } from './open-endpoints.ts';
import { publishEvents } from './publish-events.ts';
import type { Screen } from './screen.ts';
import { showAttempts } from './show-attempts.ts';
import { showExplanation } from './show-explanation.ts';
import { showInvocations } from './show-invocations.ts';
import { showWebhooks } from './show-webhooks.ts';
import { startServer } from './start-server.ts';

const EVENT_TYPES = new URL('../../spec/event-types.json', import.meta.url);

/** What the demo works with. */
export interface PerformOptions {
  /** An empty folder for the server's data. */
  readonly folder: string;
  readonly port: number;
  readonly screen: Screen;
  /** Aborted to end the demo early. */
  readonly signal: AbortSignal;
  readonly onDeath: (error: Error) => void;
  /** Takes the steps that stop the parts that were started. */
  readonly undo: UndoStack;
}

/**
 * Shows Hooktrail's main job, from an event to its trail.
 *
 * @returns what was not as expected, in words.
 */
export async function perform(options: PerformOptions): Promise<string[]> {
  const { screen, signal, undo } = options;
  const step = (name: string, text: string) =>
    screen.line(`  ${screen.style('bold', name.padEnd(11))}${text}`);
  const since = (startedMs: number) =>
    screen.style('dim', `(${((Date.now() - startedMs) / 1_000).toFixed(1)} s)`);

  screen.line();
  screen.progress('  Starting the server and its PostgreSQL');
  let startedMs = Date.now();
  const token = `demo_${randomBytes(12).toString('hex')}`;
  const server = startServer({
    port: options.port,
    token,
    dataDir: options.folder,
    onDeath: options.onDeath,
  });
  undo.push(() => server.stop());
  // Stopped before the server, which then has no request in flight to wait for.
  const endpoints = await openEndpoints();
  undo.push(() => endpoints.close());
  const closed = await holdClosedPort();
  undo.push(() => closed.release());
  await server.ready;
  signal.throwIfAborted();
  step('Server', `${server.url}, PostgreSQL in ${options.folder} ${since(startedMs)}`);
  step('Receiver', `${endpoints.baseUrl}/`);

  const client = new Hooktrail({ baseUrl: server.url, auth: { accessToken: token } });
  const actors = await makeWebhooks(client, endpoints, closed);
  step('Webhooks', `${actors.length} created through the API`);

  const types = JSON.parse(await readFile(EVENT_TYPES, 'utf8')) as EventTypes;
  const events = makeEvents(types, Date.now());
  startedMs = Date.now();
  const published = await publishEvents(
    client,
    events,
    (accepted) => screen.progress(`  Publishing: ${accepted} of ${events.length} events accepted`),
    signal,
  );
  step(
    'Events',
    `${published.accepted} of ${events.length} accepted, ` +
      `with ${published.invocations} invocations ${since(startedMs)}`,
  );

  step('Deliveries', 'waiting for the retries after 5 s and 30 s (each ±20 %), about 45 s');
  startedMs = Date.now();
  const trails = await awaitSettled(client, actors, {
    accepted: published.invocations,
    endpoints,
    screen,
    signal,
  });
  const pages = trails.reduce((sum, trail) => sum + trail.pages, 0);
  const listed = trails.reduce((sum, { invocations }) => sum + invocations.length, 0);
  const { arrived } = endpoints.counts();
  step(
    '',
    `${arrived} requests received, ${endpoints.complaints.length} complaints ${since(startedMs)}`,
  );
  step('Trail', `${listed} invocations listed, in ${pages} pages`);

  const problems = [...published.problems, ...checkTrail(trails, events, endpoints)];
  problems.push(...(await checkAttempts(client, trails, signal)));
  if (published.invocations !== listed) {
    problems.push(`${published.invocations} invocations were accepted, the trail has ${listed}`);
  }

  showWebhooks(screen, trails);
  const failing = trails.find(({ scene }) => scene.behaviour === 'forbidden');
  const [failed] = failing?.invocations ?? [];
  if (failing === undefined || failed === undefined)
    return [...problems, 'the endpoint that answers 403 has no failed invocation'];
  showInvocations(screen, failing.webhook, failing.invocations.slice(0, 8));
  showAttempts(
    screen,
    failed,
    await client.webhookInvocations.listAttempts(failing.webhook.id, failed.id, { signal }),
  );

  const details = await client.invocations.get(failed.id, { signal });
  showExplanation(screen, details);

  const lines = curlLines(server.url, token, {
    webhooks: actors.length,
    webhook: failing.webhook,
    invocation: failed,
  });
  screen.line();
  screen.line(screen.style('bold', 'Look around'));
  screen.line();
  step('URL', server.url);
  step('Token', token);
  step('Console', (await client.sessions.createCode()).url);
  for (const { title, line } of lines) {
    screen.line();
    screen.line(screen.style('dim', `# ${title}`));
    screen.line(line);
  }
  problems.push(...(await checkCurlLines(lines, token, signal)));
  return problems;
}
