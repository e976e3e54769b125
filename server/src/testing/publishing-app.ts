import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Accepted, Acceptor, NewEvent, Publication } from '../accept/acceptor.ts';
import { buildApp } from '../api/app.ts';
import type { Services } from '../api/services/services.ts';
import { shareRoom } from '../config/share-room.ts';
import { createNodeMetrics } from '../metrics/create-node-metrics.ts';
import type { Role } from '../model/account.ts';
import type { Webhook } from '../model/webhook.ts';

/** An event that the acceptor was given. */
export interface Published extends Publication {
  readonly accountId: number;
}

/** The API with an acceptor that only records what it is given. */
export interface PublishingApp {
  readonly app: FastifyInstance;
  readonly published: Published[];
  readonly invoked: { readonly webhook: Webhook; readonly body: string }[];
  /**
   * The acceptor's answer to an event; may throw. By default that of an account without webhooks.
   */
  onPublish: (event: NewEvent) => Promise<Accepted>;
}

export const NOW = '2026-01-31T12:00:00.500Z';

/** `Bearer ROLE` is a token of that role of account 7; `Bearer other` one of account 8. */
const TOKENS: Readonly<Record<string, { role: Role; accountId: number }>> = {
  operator: { role: 'operator', accountId: 7 },
  admin: { role: 'admin', accountId: 7 },
  publish: { role: 'publish', accountId: 7 },
  read: { role: 'read', accountId: 7 },
  other: { role: 'admin', accountId: 8 },
};

const tokens = new Map(
  Object.entries(TOKENS).map(([name, token]) => [
    createHash('sha256').update(name).digest('hex'),
    { id: name, name, ...token },
  ]),
);

/** Builds the API with some webhooks and no database. */
export async function publishingApp(webhooks: readonly Webhook[] = []): Promise<PublishingApp> {
  const published: Published[] = [];
  const invoked: { webhook: Webhook; body: string }[] = [];
  const acceptor: Acceptor = {
    async publish(accountId, event, idempotency) {
      published.push({ accountId, event, idempotency });
      return await result.onPublish(event);
    },
    publishAll: (accountId, publications) =>
      Promise.all(
        publications.map(({ event, idempotency }) =>
          acceptor.publish(accountId, event, idempotency).catch((error: Error) => error),
        ),
      ),
    async invoke(prepare) {
      invoked.push(prepare());
      return '01HQ3V8Z6J5X2K9W7T4R1P0N8M';
    },
  };
  const services = {
    acceptor,
    clock: { now: () => Date.parse(NOW) },
    directory: {
      tokensVersion: 1,
      account: () => undefined,
      tokenByHash: (hash: Buffer) => tokens.get(hash.toString('hex')),
      learnSecret: async () => false,
      webhook: (id: string) => webhooks.find((webhook) => webhook.id === id),
      refreshAccount: async () => undefined,
    },
    limits: {
      connections: 1_000,
      accountPerMinute: 0,
      tokenPerMinute: 0,
      failedLoginsPerMinute: 0,
    },
    metrics: createNodeMetrics({ version: '0', topWebhooks: 0, nameOf: () => undefined }),
    trustedProxies: [],
    log: pino({ level: 'silent' }),
    publicUrl: undefined,
    retentionDays: 7,
    room: shareRoom(1),
    rollupKeptMs: { minute: 14 * 86_400_000, hour: 400 * 86_400_000, day: 400 * 86_400_000 },
    cursorKey: new Uint8Array(32),
  } as unknown as Services;
  const result: PublishingApp = {
    app: await buildApp(services),
    published,
    invoked,
    onPublish: async (event) => ({ event: { id: event.id }, invocations: [], skipped: [] }),
  };
  return result;
}
