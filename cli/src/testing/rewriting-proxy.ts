import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came by. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Stands between the command and the node, and changes answers. */
export interface RewritingProxy {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Changes the body of an answer; the answer as it is by default. */
  rewrite: (path: string, body: Buffer) => Buffer | string;
  /** Changes the status of an answer; the status as it is by default. */
  restate: (path: string, status: number) => number;
  /** How many bytes of an answer are sent before the connection is left silent; all by default. */
  holdAfter: (path: string) => number | undefined;
  close(): Promise<void>;
}

/** Opens a proxy in front of a server. */
export async function rewritingProxy(target: string): Promise<RewritingProxy> {
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const { method = 'GET', headers } = request;
    proxy.seen.push({ method, path, headers });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host: _host, connection: _connection, ...passed } = headers;
    const answer = await fetch(target + path, {
      method,
      headers: passed as Record<string, string>,
      ...(method !== 'GET' && { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(proxy.rewrite(path, Buffer.from(await answer.arrayBuffer())));
    const kept = ['content-type', 'content-range', 'etag'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    response.writeHead(proxy.restate(path, answer.status), {
      ...Object.fromEntries(kept),
      'content-length': body.length,
    });
    const most = proxy.holdAfter(path);
    if (most === undefined) response.end(body);
    else response.write(body.subarray(0, most));
  };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: RewritingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    rewrite: (_path, body) => body,
    restate: (_path, status) => status,
    holdAfter: () => undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
