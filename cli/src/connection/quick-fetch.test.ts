import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { testCertificate } from '@hooktrail/harness/test-certificate';
import { afterEach, expect, test } from 'vitest';
import { quickFetch } from './quick-fetch.ts';

const servers: Server[] = [];
const seen: IncomingMessage[] = [];
const JSON_ONLY = { accept: 'application/json' };

afterEach(() => {
  for (const one of servers.splice(0)) one.close();
  seen.length = 0;
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The URL of a server that answers so. */
async function answers(listener: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    seen.push(request);
    listener(request, response);
  });
  return `http://127.0.0.1:${await listen(server)}/v1/things?q=a%20b`;
}

/** Only the global `fetch` sends this header. */
const wasFetch = () => seen.map(({ headers }) => headers['sec-fetch-mode'] !== undefined);

test('a request for JSON goes without fetch, and its answer is as it was', async () => {
  const url = await answers((_, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.writeHead(409, 'Not now', { 'x-request-id': 'R1' }).end('{"name":"Zoë"}');
  });
  const headers = new Headers({ ...JSON_ONLY, authorization: 'Bearer abc' });
  const answer = await quickFetch(url, { method: 'GET', headers, body: null, redirect: 'manual' });
  expect(answer).toMatchObject({ ok: false, status: 409, statusText: 'Not now' });
  expect(answer.headers.get('x-request-id')).toBe('R1');
  expect(await answer.text()).toBe('{"name":"Zoë"}');
  expect(seen[0]).toMatchObject({ method: 'GET', url: '/v1/things?q=a%20b' });
  expect(seen[0]?.headers).toMatchObject({ ...JSON_ONLY, authorization: 'Bearer abc' });
  expect(wasFetch()).toEqual([false]);
});

test('what is compressed is read, and a redirect is not followed', async () => {
  const zipped = await answers((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}')),
  );
  expect(await (await quickFetch(zipped, { headers: JSON_ONLY })).json()).toEqual({ a: 1 });
  expect(seen[0]?.headers['accept-encoding']).toBe('gzip');
  const moved = await answers((_, response) => response.writeHead(302, { location: zipped }).end());
  expect(await quickFetch(moved, { headers: JSON_ONLY })).toMatchObject({ status: 302 });
  const empty = await answers((_, response) => response.writeHead(204).end());
  expect(await (await quickFetch(empty, { headers: JSON_ONLY })).text()).toBe('');
  expect(seen).toHaveLength(3);
});

test('what changes something, and what is no JSON, goes through fetch', async () => {
  const url = await answers((_, response) => response.end('{}'));
  await (await quickFetch(url, { method: 'POST', headers: JSON_ONLY, body: '{}' })).text();
  await (await quickFetch(url, { headers: { accept: 'text/event-stream' } })).text();
  expect(wasFetch()).toEqual([true, true]);
});

test('failures have their cause: refused, broken off, aborted, not to be trusted', async () => {
  const closed = await answers((_, response) => response.end());
  servers.splice(0)[0]?.close();
  const failing = (url: string, signal?: AbortSignal) =>
    quickFetch(url, { headers: JSON_ONLY, ...(signal && { signal }) });
  await expect(failing(closed)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const broken = await answers((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{');
    response.destroy();
  });
  await expect(failing(broken)).rejects.toMatchObject({ code: 'ECONNRESET' });
  const end = new AbortController();
  const silent = await answers(() => end.abort());
  await expect(failing(silent, end.signal)).rejects.toMatchObject({ name: 'AbortError' });
  const { cert, key } = testCertificate({ names: ['127.0.0.1'] });
  const tls = await listen(createTlsServer({ cert, key }, (_, response) => response.end('{}')));
  await expect(failing(`https://127.0.0.1:${tls}/`)).rejects.toThrow(/certificate/);
});
