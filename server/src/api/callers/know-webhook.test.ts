import Fastify from 'fastify';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { createDirectory } from '../../directory/create-directory.ts';
import { newId } from '../../model/ids.ts';
import { createSecretBox } from '../../secrets/secret-box.ts';
import { startTestApi } from '../../testing/test-api.ts';
import type { Caller } from './caller.ts';
import { knowWebhook } from './know-webhook.ts';

test('a route of a webhook knows one that another node made and has not told of', async () => {
  const other = await startTestApi();
  onTestFinished(() => other.stop());
  const log = pino({ level: 'silent' });
  const database = openDatabase(other.databaseUrl, { connections: 1, log });
  onTestFinished(() => database.close());
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  // No notification reaches it.
  const directory = createDirectory({ database, secrets, onWebhook: () => undefined });
  await directory.reload();

  const app = Fastify();
  app.decorateRequest('caller');
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = { accountId: 1 } as Caller;
    done();
  });
  app.addHook('onRoute', knowWebhook(directory));
  for (const url of ['/v1/webhooks/:id/pause', '/v1/jobs/:id']) {
    app.get<{ Params: { id: string } }>(url, ({ params }, reply) =>
      reply.send(directory.webhook(params.id)?.name ?? 'unknown'),
    );
  }
  const ask = async (path: string) => (await app.inject(path)).body;

  const { id } = await other.webhook({ name: 'made a moment ago' });
  expect(await ask(`/v1/jobs/${id}`)).toBe('unknown');
  expect(await ask(`/v1/webhooks/${id}/pause`)).toBe('made a moment ago');
  expect(await ask(`/v1/webhooks/${newId(Date.now())}/pause`)).toBe('unknown');
  expect(await ask('/v1/webhooks/nonsense/pause')).toBe('unknown');
});
