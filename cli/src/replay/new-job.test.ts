import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@hooktrail/harness/free-port';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RewritingProxy, rewritingProxy } from '../testing/rewriting-proxy.ts';
import { type Stage, startStage } from '../testing/stage.ts';

let stage: Stage;
let proxy: RewritingProxy;
let folder: string;

/** What creates a job, and the command that goes on with that job. */
const CREATORS = () => [
  { args: ['replay', '--all', '--yes'], comeBack: 'jobs watch JOB' },
  { args: ['archive', 'resend', '--all', '--yes'], comeBack: 'jobs watch JOB' },
  { args: ['erase', '--all', '--yes'], comeBack: 'jobs watch JOB' },
  { args: ['export', '--all', '--to', folder], comeBack: `export --job JOB --to ${folder}` },
];

beforeAll(async () => {
  stage = await startStage();
  folder = join(stage.home, 'files');
  await stage.hooktrail.events.publish({ type: 'order.paid' });
  proxy = await rewritingProxy(stage.url);
});

afterAll(async () => {
  await proxy.close();
  await stage.close();
});

beforeEach(() => {
  proxy.rewrite = (_path, body) => body;
  proxy.restate = (_path, status) => status;
});

/** Breaks the connection instead of an answer. */
const lose = (): never => {
  throw new Error('lost');
};
const throughProxy = () => ({ environment: { HOOKTRAIL_URL: proxy.url } });
const jobsOf = () => stage.hooktrail.jobs.list().all();

test('a command that loses sight of its job ends with 7 and names the command that goes on', async () => {
  proxy.rewrite = (path, body) => (path.startsWith('/v1/jobs/') ? lose() : body);
  const ends = await Promise.all(
    CREATORS().map(async ({ args, comeBack }) => {
      const { code, stderr, error } = await stage.run(args, throughProxy());
      return { name: args[0], comeBack, code, stderr, error };
    }),
  );
  const ids = (await jobsOf()).map(({ id }) => id);
  expect(ids).toHaveLength(ends.length);
  for (const { name, comeBack, code, error } of ends) {
    expect([code, error.exit_code, error.code], name).toEqual([7, 7, 'ConnectionError']);
    const [, id = ''] = /job (\w{26}) keeps running/.exec(error.message) ?? [];
    expect(ids, name).toContain(id);
    expect(error.next, name).toBe(
      `Come back: hooktrail ${comeBack.replace('JOB', id)}. End it: hooktrail jobs cancel ${id}`,
    );
  }
});

test('a command that watches a job by its id stays safe to repeat', async () => {
  const { id } = await stage.hooktrail.jobs.create({ kind: 'export', of: 'events', all: true });
  let asked = 0;
  // The first answer shows that the job exists.
  proxy.rewrite = (path, body) => (path === `/v1/jobs/${id}` && asked++ > 0 ? lose() : body);
  for (const args of [
    ['jobs', 'watch', id],
    ['export', '--job', id, '--to', folder],
  ]) {
    asked = 0;
    const { code, error } = await stage.run(args, throughProxy());
    expect([code, error.code], args[0]).toEqual([6, 'ConnectionError']);
    expect(error.next).toContain(`Come back: hooktrail ${args.join(' ')}.`);
  }
});

test('a command whose job may have been created ends with 7 and says where to look', async () => {
  const before = (await jobsOf()).length;
  proxy.rewrite = (path, body) => (path === '/v1/jobs' ? lose() : body);
  for (const { args } of CREATORS()) {
    const { code, error } = await stage.run(args, throughProxy());
    expect([code, error.code], args[0]).toEqual([7, 'ConnectionError']);
    expect(error.next, args[0]).toContain('hooktrail jobs list');
    expect(error.next, args[0]).not.toContain('repeat the command.');
  }
  expect(await jobsOf()).toHaveLength(before + CREATORS().length);
});

test('the creation of a job is not repeated after a 503, which may follow a commit', async () => {
  const before = (await jobsOf()).length;
  let asked = 0;
  proxy.restate = (path, status) => (path === '/v1/jobs' && asked++ === 0 ? 503 : status);
  const { code, error } = await stage.run(['replay', '--all', '--yes'], throughProxy());
  expect([code, asked]).toEqual([7, 1]);
  expect(error.next).toContain('hooktrail jobs list');
  expect(await jobsOf()).toHaveLength(before + 1);
});

test('a command whose job was certainly not created ends with 6', async () => {
  const busy = createServer((_request, response) => response.writeHead(429).end());
  await once(busy.listen(0, '127.0.0.1'), 'listening');
  const { port } = busy.address() as AddressInfo;
  const ended = async (url: string) => {
    const { code, error } = await stage.run(['replay', '--all', '--yes', '--url', url]);
    return [code, error.code];
  };
  const [refused, limited] = await Promise.all([
    ended(`http://127.0.0.1:${await freePort()}`),
    ended(`http://127.0.0.1:${port}`),
  ]);
  busy.close();
  busy.closeAllConnections();
  expect(refused).toEqual([6, 'ConnectionError']);
  expect(limited).toEqual([6, 'Http429']);
});
