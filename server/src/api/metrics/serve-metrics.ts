import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONTENT_TYPES, type MetricsFormat } from '../../metrics/render.ts';
import { CannotStart } from '../../model/cannot-start.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { acceptedFormat } from './accepted-format.ts';
import { namesLoopback } from './names-loopback.ts';

interface Parts {
  readonly host: string;
  readonly port: number;
  readonly text: (format: MetricsFormat) => Promise<string>;
}

/** The listener for scrapes without a token. */
export interface MetricsListener {
  readonly url: string;
  stop(): Promise<void>;
}

/** Scrapers are few; who opens more is none. */
const CONNECTIONS = 64;

/** A scrape sends a head at once, and no body. */
const HEAD_MS = 5 * SECOND_MS;

/** A scraper that reads more slowly is cut off. */
const SILENT_MS = 30 * SECOND_MS;

/**
 * Serves `GET /metrics` on a port of its own, to whoever reaches it, and nothing else. On a loopback address it refuses
 * a `Host` that is a name in DNS.
 *
 * @throws CannotStart if it cannot listen there.
 */
export async function serveMetrics({ host, port, text }: Parts): Promise<MetricsListener> {
  const server = createServer(
    { headersTimeout: HEAD_MS, requestTimeout: HEAD_MS, connectionsCheckingInterval: SECOND_MS },
    (request, response) => {
      const { method } = request;
      const path = request.url?.split('?', 1)[0];
      request.resume();
      const answer = (status: number, type: string, body: string): void => {
        response
          .writeHead(status, {
            'content-type': type,
            'content-length': Buffer.byteLength(body),
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
          })
          .end(method === 'HEAD' ? undefined : body);
      };
      const { host = '127.0.0.1' } = request.headers;
      // Of who listens for other machines it is unknown by which names they know it.
      if (isLoopback(server) && !namesLoopback(host)) {
        return answer(
          421,
          PLAIN,
          `Host must be an address or localhost, got ${host.slice(0, MOST_HOST)}\n`,
        );
      }
      if (path !== '/metrics') return answer(404, PLAIN, 'only GET /metrics is here\n');
      if (method !== 'GET' && method !== 'HEAD') {
        return answer(405, PLAIN, `/metrics does not support ${method}, only GET\n`);
      }
      const format = acceptedFormat(request.headers.accept);
      text(format).then(
        (body) => answer(200, CONTENT_TYPES[format], body),
        () => answer(500, PLAIN, 'the metrics could not be collected\n'),
      );
    },
  );
  server.maxConnections = CONNECTIONS;
  server.timeout = SILENT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      reject(
        new CannotStart(
          `Hooktrail cannot serve metrics on port ${port} of ${host} (${code ?? message}): correct HOOKTRAIL_METRICS_PORT or HOOKTRAIL_METRICS_HOST.`,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  return { url: urlOf(server), stop: () => close(server) };
}

/** As long as a name in DNS. */
const MOST_HOST = 253;

/** False once it is closed. */
function isLoopback(server: Server): boolean {
  const { address = '' } = (server.address() ?? {}) as Partial<AddressInfo>;
  return address === '::1' || address.startsWith('127.');
}

const PLAIN = 'text/plain; charset=utf-8';

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Prometheus keeps its connection.
    server.closeAllConnections();
  });
}
