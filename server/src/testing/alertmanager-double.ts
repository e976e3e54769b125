import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { AlertmanagerAlert } from '../alerts/routes/alertmanager-alert.ts';

/** `postableAlerts` of version 2 of its API, and what it demands of labels beside. */
const LABELS = Type.Record(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }), Type.String());
const POSTED = Compile(
  Type.Array(
    Type.Object({
      labels: LABELS,
      annotations: Type.Optional(LABELS),
      startsAt: Type.Optional(Type.String({ format: 'date-time' })),
      endsAt: Type.Optional(Type.String({ format: 'date-time' })),
      generatorURL: Type.Optional(Type.String({ format: 'uri' })),
    }),
  ),
);

/** An Alertmanager on loopback. */
export interface AlertmanagerDouble {
  readonly url: string;
  /** The alerts of each post that was valid. */
  readonly posts: readonly (readonly AlertmanagerAlert[])[];
  /** The `Authorization` of each request. */
  readonly authorizations: readonly (string | undefined)[];
  /** Posts that it refused with 400. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** Starts an Alertmanager below a path, as behind a proxy. */
export async function startAlertmanagerDouble(prefix = ''): Promise<AlertmanagerDouble> {
  const posts: AlertmanagerAlert[][] = [];
  const authorizations: (string | undefined)[] = [];
  const refused: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const isPost = request.method === 'POST' && request.url === `${prefix}/api/v2/alerts`;
      if (!isPost) return response.writeHead(404).end();
      if (request.headers['content-type'] !== 'application/json') {
        return response.writeHead(415).end();
      }
      authorizations.push(request.headers.authorization);
      const text = Buffer.concat(chunks).toString();
      const body = JSON.parse(text) as AlertmanagerAlert[];
      const isValid =
        POSTED.Check(body) &&
        body.every(
          ({ endsAt, labels, startsAt }) =>
            Object.values(labels).some((value) => value !== '') &&
            (endsAt === undefined || Date.parse(startsAt) <= Date.parse(endsAt)),
        );
      if (!isValid) {
        refused.push(text);
        return response.writeHead(400).end('"invalid alerts"');
      }
      posts.push(body);
      return response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    posts,
    authorizations,
    refused,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
