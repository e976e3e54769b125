import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { describeApi } from './describe-api.ts';

let written: string;
let document: {
  openapi: string;
  // biome-ignore lint/suspicious/noExplicitAny: a document of any depth
  paths: Record<string, Record<string, any>>;
  components: { securitySchemes: object };
};
beforeAll(async () => {
  written = await describeApi();
  document = JSON.parse(written);
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

test('spec/openapi.json matches the routes (to update it: npm run openapi)', () => {
  const committed = readFileSync(new URL('../../../spec/openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(committed)).toEqual(document);
  expect(committed).toBe(written);
});

test('it is deterministic', async () => expect(await describeApi()).toBe(written));

test('it has every operation of spec/contract.md, "Operations", and our own', () => {
  const names = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
  expect(names).toEqual(
    expect.arrayContaining([
      'GET /api/v2/webhooks',
      'POST /api/v2/webhooks',
      'GET /api/v2/webhooks/{id}',
      'PUT /api/v2/webhooks/{id}',
      'PATCH /api/v2/webhooks/{id}',
      'DELETE /api/v2/webhooks/{id}',
      'POST /api/v2/webhooks/test',
      'GET /api/v2/webhooks/{id}/signing_secret',
      'POST /api/v2/webhooks/{id}/signing_secret',
      'GET /api/v2/webhooks/{id}/invocations',
      'GET /api/v2/webhooks/{id}/invocations/{invocation_id}/attempts',
      'POST /v1/events',
      'POST /v1/events/batch',
      'POST /v1/webhooks/{id}/invocations',
      'GET /v1/account',
      'PUT /v1/account',
      'GET /v1/webhooks/{id}/delivery',
      'PUT /v1/webhooks/{id}/delivery',
      'POST /v1/webhooks/{id}/pause',
      'POST /v1/webhooks/{id}/resume',
      'GET /healthz',
      'GET /readyz',
    ]),
  );
});

test('every operation has a unique operationId, a summary, a tag and answers', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations()) {
    expect(operation, path).toMatchObject({
      operationId: expect.any(String),
      summary: expect.any(String),
      tags: [expect.any(String)],
    });
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith('2')),
      path,
    ).toBe(true);
  }
});

test('only health, the sign-in and the addresses of inboxes need no token', () => {
  const open = new Set(['createSession', 'receiveWebhook']);
  for (const { path, operation } of operations()) {
    expect(operation.security, path).toEqual(
      path === '/healthz' || path === '/readyz' || open.has(operation.operationId) ? [] : undefined,
    );
  }
  expect(Object.keys(document.components.securitySchemes)).toEqual(['token', 'basic']);
});
