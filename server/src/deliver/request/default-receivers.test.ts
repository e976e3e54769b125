import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import type { RequestFormat } from '../../model/webhook.ts';
import { composeRequest } from './compose-request.ts';

const target = (httpMethod: 'POST' | 'DELETE', requestFormat: RequestFormat) => ({
  endpoint: 'https://example.com/hook',
  httpMethod,
  requestFormat,
  authentication: undefined,
  customHeaders: undefined,
  signingSecret: 'c2VjcmV0',
  previousSecret: undefined,
  signingKeys: undefined,
  clientCertificate: undefined,
});

function compose(httpMethod: 'POST' | 'DELETE', format: RequestFormat, payload: string) {
  const { headers, ...request } = composeRequest(
    {
      target: target(httpMethod, format),
      accountId: 1,
      webhookId: 'webhook',
      invocationId: 'invocation',
      payload,
      nowMs: 1_700_000_000_000,
      timeLimitMs: 1_000,
      standardWebhooks: false,
    },
    (value) => value,
  );
  const named: Record<string, string> = {};
  for (let at = 0; at < headers.length; at += 2) {
    named[(headers[at] as string).toLowerCase()] = headers[at + 1] as string;
  }
  return { ...request, headers: named };
}

test.each([
  ['DELETE', 'json', 'a=1', undefined],
  ['DELETE', 'xml', '', undefined],
  ['POST', 'json', '', undefined],
  ['POST', 'json', '{"name":"Müller"}', { name: 'Müller' }],
] as const)('a Fastify without settings takes %s %s %j', async (method, format, payload, read) => {
  const { body, headers, path } = compose(method, format, payload);
  const app = fastify();
  app.all('/hook', (request) => ({ read: request.body }));
  const length = { 'content-length': String(body?.length ?? 0) };
  const answer = await app.inject({
    method,
    url: path,
    headers: body === undefined ? headers : { ...headers, ...length },
    ...(body !== undefined && body.length > 0 && { payload: body }),
  });
  expect(answer.json()).toEqual(read === undefined ? {} : { read });
  expect(answer.statusCode).toBe(200);
});

test('a receiver by the rule of servlets reads the text that was signed', () => {
  const { body, headers } = compose('POST', 'json', '{"name":"Müller"}');
  // Servlet specification, 3.12: without a charset, the body is ISO-8859-1.
  const charset = /;\s*charset=([\w-]+)/.exec(headers['content-type'] ?? '')?.[1] ?? 'iso-8859-1';
  expect(new TextDecoder(charset).decode(body)).toBe('{"name":"Müller"}');
});
