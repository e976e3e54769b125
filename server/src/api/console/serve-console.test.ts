import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';

let folder: string;
let api: TestApi;
let off: TestApi;
let unbuilt: TestApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-console-'));
  await mkdir(join(folder, 'assets'));
  const files = {
    'index.html': '<!doctype html>',
    'index.html.br': 'index as br',
    'icon.svg': '<svg/>',
    'assets/main-BxK3f9_a.js': 'main',
    'assets/main-BxK3f9_a.js.br': 'main as br',
    'assets/main-BxK3f9_a.js.gz': 'main as gz',
    'assets/main-BxK3f9_a.js.map': 'map',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  api = await startTestApi({ consoleFolder: folder });
  off = await startTestApi();
  unbuilt = await startTestApi({ consoleFolder: join(folder, 'missing') });
});
afterAll(async () => {
  await api.stop();
  await off.stop();
  await unbuilt.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string> = {}, of = api) =>
  of.app.inject({ url, headers });

test.each([
  '/console',
  '/console/',
  '/console/invocations',
  '/console/webhooks/01HQ?q=a.b',
  '/console/a.b',
])('%s is the index', async (url) => {
  const answer = await get(url);
  expect([answer.statusCode, answer.body]).toEqual([200, '<!doctype html>']);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
});

test.each([
  ['gzip, deflate, br, zstd', 'br', 'main as br'],
  ['gzip', 'gzip', 'main as gz'],
  ['br;q=0, gzip;q=0.5', 'gzip', 'main as gz'],
  ['BR', 'br', 'main as br'],
  ['identity', undefined, 'main'],
  ['brotli', undefined, 'main'],
  ['', undefined, 'main'],
])('accept-encoding %j gets %s', async (accepted, encoding, body) => {
  const answer = await get('/console/assets/main-BxK3f9_a.js', { 'accept-encoding': accepted });
  expect([answer.headers['content-encoding'], answer.body]).toEqual([encoding, body]);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
});

test('a name without a hash is asked for again', async () => {
  const answer = await get('/console/icon.svg');
  expect(answer.headers).toMatchObject({
    'content-type': 'image/svg+xml',
    'cache-control': 'no-store',
  });
});

test.each([
  '/console/assets/main-BxK3f9_a.js.map',
  '/console/assets/missing-BxK3f9_a.js',
  '/console/assets/../../package.json',
  '/console/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
])('%s is 404 in the form of the API', async (url) => {
  const answer = await get(url);
  // Without a file, a path is a page or an error, and never a file from elsewhere.
  if (answer.statusCode === 200) expect(answer.body).toBe('<!doctype html>');
  else expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'RouteNotFound']);
});

test('/ leads a browser there, and nobody else', async () => {
  const browser = await get('/', { accept: 'text/html,*/*;q=0.8' });
  expect([browser.statusCode, browser.headers.location]).toEqual([302, '/console/']);
  const program = await get('/', { accept: '*/*' });
  expect([program.statusCode, program.json().error.code]).toEqual([404, 'RouteNotFound']);
});

test('switched off, its paths are those of no operation', async () => {
  for (const url of ['/console', '/console/assets/main-BxK3f9_a.js', '/']) {
    const answer = await get(url, { accept: 'text/html' }, off);
    expect([answer.statusCode, answer.json().error.code], url).toEqual([404, 'RouteNotFound']);
  }
});

test('without a build it says what to run', async () => {
  const answer = await get('/console/', {}, unbuilt);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    503,
    'text/plain; charset=utf-8',
  ]);
  expect(answer.body).toContain('npm run build');
  expect(answer.headers['cache-control']).toBe('no-store');
});
