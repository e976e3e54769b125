import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  APIError,
  ConnectionError,
  NotFoundError,
  ResponseValidationError,
  ServerError,
  TimeoutError,
  TooManyRequestsError,
  Zendesk,
} from './index.ts';
import { type UglyStep, uglyServer } from './testing/ugly-server.ts';

const GET = { path: '/x' };
const good: UglyStep = (response) => response.end('{"fine": true}');
const gone: UglyStep = (_, __, socket) => socket.destroy();
const raw =
  (text: string): UglyStep =>
  (_, __, socket) =>
    socket.end(text);

const setUp = async (...steps: UglyStep[]) => {
  const server = await uglyServer(...steps);
  const zendesk = new Zendesk({
    baseUrl: server.baseUrl,
    auth: { accessToken: 'hush-token' },
    retries: { backoff: { initialInterval: 1, maxElapsedTime: 10_000 } },
  });
  return { server, zendesk };
};

const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error as APIError;
};

const once = { retries: { strategy: 'none' } } as const;

describe('over real connections', () => {
  it('retries after a reset, a reset in the middle of the body, and garbage', async () => {
    const half: UglyStep = (response, _, socket) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"fine":', () => socket.resetAndDestroy());
    };
    const { server, zendesk } = await setUp(gone, half, raw('garbage\r\n\r\n'), good);
    await using _ = server;
    expect(await zendesk.request(GET)).toEqual({ fine: true });
    expect(server.seen).toHaveLength(4);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(
      Array(4).fill('Bearer hush-token'),
    );
  });

  it('reports the reason when it must not retry', async () => {
    for (const step of [gone, raw('garbage\r\n\r\n'), raw('HTTP/1.1 200 OK\r\n')]) {
      const { server, zendesk } = await setUp(step, good);
      await using _ = server;
      const error = await failure(zendesk.request({ method: 'POST', path: '/x', body: {} }));
      expect(error).toBeInstanceOf(ConnectionError);
      expect(`${error.message}${error.stack}`).not.toContain('hush');
      expect(server.seen).toHaveLength(1);
    }
  });

  it('reports a refused connection', async () => {
    const { server, zendesk } = await setUp(good);
    await server[Symbol.asyncDispose]();
    const error = await failure(zendesk.request(GET, once));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('times out, and closes the connection, when the server hangs or drips', async () => {
    const hang: UglyStep = () => {};
    const hangInBody: UglyStep = (response) => {
      response.writeHead(200);
      response.write('{');
    };
    const drip: UglyStep = (response) => {
      const timer = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(timer));
    };
    for (const step of [hang, hangInBody, drip]) {
      const { server, zendesk } = await setUp(step);
      await using _ = server;
      const error = await failure(zendesk.request(GET, { ...once, timeoutMs: 100 }));
      expect(error).toBeInstanceOf(TimeoutError);
      await expect.poll(() => server.seen[0]?.socket.destroyed).toBe(true);
    }
  });

  it('keeps the error class when the body of an error hangs or breaks off', async () => {
    const hang: UglyStep = (response) => {
      response.writeHead(404);
      response.write('half');
    };
    const reset: UglyStep = (response, _, socket) => {
      response.writeHead(404, { 'content-length': '100' });
      response.write('half', () => socket.resetAndDestroy());
    };
    for (const step of [hang, reset]) {
      const { server, zendesk } = await setUp(step);
      await using _ = server;
      const error = await failure(zendesk.request(GET, { ...once, timeoutMs: 100 }));
      expect(error).toBeInstanceOf(NotFoundError);
    }
  });

  it('ends immediately, and closes the connection, when the caller aborts', async () => {
    const { server, zendesk } = await setUp(() => {});
    await using _ = server;
    const controller = new AbortController();
    const error = failure(zendesk.request(GET, { signal: controller.signal }));
    await expect.poll(() => server.seen.length).toBe(1);
    controller.abort();
    expect((await error).name).toBe('AbortError');
    await expect.poll(() => server.seen[0]?.socket.destroyed).toBe(true);
  });

  it('accepts each form of Retry-After', async () => {
    const waits = ['0', '0.05', new Date(Date.now() - 1000).toUTCString(), 'soon', ''];
    const steps = waits.map((wait): UglyStep => {
      return (response) => {
        response.writeHead(429, { 'retry-after': wait, 'content-type': 'text/plain' });
        response.end('slow down');
      };
    });
    const { server, zendesk } = await setUp(...steps, good);
    await using _ = server;
    const delays: number[] = [];
    const onRetry = ({ delayMs }: { delayMs: number }) => delays.push(delayMs);
    expect(await zendesk.request(GET, { onRetry })).toEqual({ fine: true });
    expect(delays).toHaveLength(waits.length);
    expect(delays[1]).toBe(50);
    expect(Math.max(...delays)).toBe(50);

    const late: UglyStep = (response) => {
      response.writeHead(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() });
      response.end('slow down');
    };
    const other = await setUp(late);
    await using __ = other.server;
    const error = await failure(other.zendesk.request(GET));
    expect(error).toBeInstanceOf(TooManyRequestsError);
    expect(error.retryAfterMs).toBeGreaterThan(3_500_000);
    expect(error.body).toBe('slow down');
  });

  it('refuses HTML as an answer, and keeps the error class of an HTML error page', async () => {
    const html =
      (status: number): UglyStep =>
      (response) => {
        response.writeHead(status, { 'content-type': 'text/html', 'x-request-id': 'r' });
        response.end('<html>proxy</html>');
      };
    const { server, zendesk } = await setUp(html(200), html(502), html(204), html(200));
    await using _ = server;
    expect(await failure(zendesk.webhooks.list(undefined, once))).toBeInstanceOf(
      ResponseValidationError,
    );
    const error = await failure(zendesk.webhooks.get('1', once));
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toContain('<html>proxy</html> (request id r)');
    expect(await zendesk.webhooks.delete('1')).toBeUndefined();
    expect(await failure(zendesk.webhooks.delete('1'))).toBeInstanceOf(ResponseValidationError);
  });

  it('sends neither credentials nor a request to the target of a redirect', async () => {
    const target = await uglyServer(good);
    await using _ = target;
    const { server, zendesk } = await setUp((response) => {
      response.writeHead(302, { location: `${target.baseUrl}/stolen` });
      response.end();
    });
    await using __ = server;
    const error = await failure(zendesk.request(GET));
    expect(error).toBeInstanceOf(APIError);
    expect(error.statusCode).toBe(302);
    expect(target.seen).toEqual([]);
  });

  it('leaves no listener on a signal that outlives a thousand calls', async () => {
    const { server, zendesk } = await setUp(good);
    await using _ = server;
    const { signal } = new AbortController();
    for (let round = 0; round < 100; round++) {
      await Promise.all(Array.from({ length: 10 }, () => zendesk.request(GET, { signal })));
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
