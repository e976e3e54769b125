import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { eventually } from '@hooktrail/harness/eventually';
import { answering } from '@hooktrail/harness/receiver';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type Scene, type Stage } from '../testing/stage.ts';
import { type TestNode, TOKEN } from '../testing/test-node.ts';

/**
 * Follows `docs/after-an-outage.md` word for word: what an endpoint lost is sent again, through a canary
 * that fails first, because the endpoint is not mended yet.
 *
 * `HOOKTRAIL_TEST_OUTAGE=5000` loses so many instead, and prints all counts.
 */

const SHOWS = process.env['HOOKTRAIL_TEST_OUTAGE'] !== undefined;
const LOST = Number(process.env['HOOKTRAIL_TEST_OUTAGE'] ?? 60);
const CANARY = 20;
const MOST_OF_BATCH = 1_000;

/** The page sends 50 a second; the rest is for a busy machine. */
const PATIENCE_MS = 60_000 + (LOST / 50) * 2_000;

const page = await readFile(new URL('../../../docs/after-an-outage.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n(.+?)\n\`\`\``, 'gs'))].map(
    (match) => match[1] as string,
  );
/** The first command of the page does the same from a terminal. */
const steps = blocks('sh').filter((block) => block.startsWith('curl '));
const [see, ask, send, follow] = steps as [string, string, string, string];
const [withSdk] = blocks('ts') as [string];

let stage: Stage;
let node: TestNode;
let scene: Scene;
let ids: string[];

beforeAll(async () => {
  stage = await openStage();
  node = await stage.node();
  // As when the last retry has failed, two days later.
  scene = await stage.scene({ breaker: null, schedule_seconds: [] });
  scene.receiver.behave(answering(500));
  ids = [];
  for (let left = LOST; left > 0; left -= MOST_OF_BATCH) {
    ids.push(...(await stage.publish(node, scene.type, Math.min(left, MOST_OF_BATCH))));
  }
  await stage.until(scene.webhookId, { 'server error': LOST });
});
afterAll(() => stage.close());

/** The answers that a block of commands prints, one after the other. */
async function run(commands: string, JOB = ''): Promise<unknown[]> {
  const { stdout } = await promisify(execFile)('sh', ['-euc', commands], {
    env: { ...process.env, HOOKTRAIL: node.url, TOKEN, JOB },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .replaceAll('}{', '}\n{')
    .split('\n')
    .map((line) => JSON.parse(line));
}

const show = async (id: string) => (await node.call('GET', `/v1/jobs/${id}`)).body.job;

async function until(id: string, state: string) {
  const reached = await eventually(
    `the job to be ${state}`,
    async () => {
      const job = await show(id);
      return job.state === state && job.counts.in_flight === 0 ? job : undefined;
    },
    { patienceMs: PATIENCE_MS },
  );
  if (SHOWS) process.stdout.write(`${state}: ${JSON.stringify(reached, undefined, 2)}\n`);
  return reached;
}

const TITLE =
  'says what is lost, tries a few, stops, goes on when the endpoint is mended, and sends the rest';

test(TITLE, { timeout: 2 * PATIENCE_MS }, async () => {
  expect(steps).toHaveLength(4);

  const [list] = await run(see);
  expect(list).toMatchObject({ invocations: { length: Math.min(LOST, 100) } });

  const [plan] = await run(ask);
  expect(plan).toMatchObject({
    estimate: {
      invocations: LOST,
      exact: LOST <= 10_000,
      bodies_gone: 0,
      archived: 0,
      by_status: { 'server error': LOST },
    },
  });

  const [made] = (await run(send)) as [{ job: { id: string } }];
  const { id } = made.job;
  const stopped = await until(id, 'stopped');
  // It stops as soon as its canary can only fail.
  const tried: number = stopped.counts.sent;
  expect(tried).toBeLessThanOrEqual(CANARY);
  expect(stopped.counts).toMatchObject({
    selected: LOST,
    succeeded: 0,
    failed: tried,
    waiting: LOST - tried,
  });

  scene.receiver.behave(answering(200));
  expect((await node.call('POST', `/v1/jobs/${id}/resume`)).status).toBe(200);
  const done = await until(id, 'done');
  expect(done.counts).toMatchObject({
    selected: LOST,
    sent: LOST,
    succeeded: LOST - tried,
    failed: tried,
    skipped: 0,
    waiting: 0,
  });

  const [job, skipped] = await run(follow, id);
  expect(job).toMatchObject({ job: { id, state: 'done' } });
  expect(skipped).toMatchObject({ skipped: [] });

  // What the canary lost is what is still undelivered.
  const hooktrail = new Hooktrail({ baseUrl: node.url, auth: { accessToken: TOKEN } });
  const progress: string[] = [];
  const body = `${withSdk}\nreturn { state, counts };`;
  const wait = new Function('hooktrail', 'console', `return (async () => { ${body} })()`);
  const again = await wait(hooktrail, { log: (line: string) => progress.push(line) });
  expect(again).toMatchObject({
    state: 'done',
    counts: { selected: tried, sent: tried, succeeded: tried, failed: 0 },
  });
  expect(progress.at(-1)).toBe(`${tried} of ${tried}`);

  const requests = ids.map((one) => scene.receiver.requestsOf(one).length);
  expect(requests.filter((count) => count === 2)).toHaveLength(LOST - tried);
  expect(requests.filter((count) => count === 3)).toHaveLength(tried);
  expect(await run(see)).toMatchObject([{ invocations: [] }]);
});
