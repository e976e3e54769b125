import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { signPayload } from './signature.ts';
import { type UglyStep, uglyServer } from './testing/ugly-server.ts';

const example = (name: string) =>
  fileURLToPath(new URL(`../../examples/${name}.mjs`, import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

const now = new Date().toISOString();
const invocation = (id: string, status: string, more: object = {}) => ({
  id,
  webhook_id: 'w',
  event_type: 'zen:event-type:ticket.created',
  status,
  attempts_count: 2,
  created_at: now,
  latest_completed_at: now,
  ...more,
});

const ANSWERS: Readonly<Record<string, object>> = {
  '/api/v2/webhooks': { webhooks: [{ id: 'w', name: 'Orders' }], meta: { has_more: false } },
  '/api/v2/webhooks/w': { webhook: { id: 'w', name: 'Orders' } },
  '/api/v2/webhooks/w/invocations': {
    invocations: [
      invocation('i1', 'server error', { status_code: 500 }),
      invocation('i2', 'success', { status_code: 200 }),
      invocation('i3', 'timeout', { next_attempt_at: now }),
      invocation('i1', 'server error', { status_code: 502 }),
      invocation('i4', 'terminated', { status_code: 403 }),
    ],
    meta: { has_more: false },
  },
  '/api/v2/webhooks/w/invocations/i1/attempts': {
    attempts: [
      { id: 'a2', status: 'server error' },
      { id: 'a1', status: 'server error', request: { payload: '{"b": 1,  "a": 2}' } },
    ],
  },
  '/api/v2/webhooks/w/invocations/i4/attempts': { attempts: [] },
};

const api: UglyStep = (response, request) => {
  const { pathname } = new URL(request.url ?? '', 'http://x');
  const known = ANSWERS[pathname];
  response.writeHead(known ? 200 : 404).end(JSON.stringify(known ?? {}));
};

const run = async (name: string, ...given: string[]) => {
  const server = await uglyServer(api);
  await using _ = server;
  const env = { ...process.env, ZENDESK_BASE_URL: server.baseUrl, ZENDESK_ACCESS_TOKEN: 'x' };
  return await promisify(execFile)(process.execPath, [example(name), ...given], { env });
};

describe('the examples', () => {
  it('list the failures of the last day', async () => {
    const { stdout, stderr } = await run('list-failed-last-day');
    const type = 'zen:event-type:ticket.created';
    expect(stdout.trim().split('\n')).toEqual([
      `${now}\tOrders\ti1\t${type}\t500\tserver error\t2 attempts`,
      `${now}\tOrders\ti3\t${type}\t-\ttimeout\t2 attempts`,
      `${now}\tOrders\ti4\t${type}\t403\tterminated\t2 attempts`,
    ]);
    expect(stderr).toContain('3 invocations failed since');
  });

  it('rebuild lost events, byte for byte', async () => {
    for (const given of [[], ['w']]) {
      const { stdout, stderr } = await run('rebuild-lost-events', ...given);
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toEqual([
        {
          id: 'i1',
          eventType: 'zen:event-type:ticket.created',
          status: 'server error',
          payload: '{"b": 1,  "a": 2}',
        },
      ]);
      expect(stderr).toContain('i4: no attempt shows what was sent');
      expect(stderr).toContain('1 payloads rebuilt, 1 gone');
    }
  });

  it('receive and verify', async () => {
    const env = { ...process.env, WEBHOOK_SECRET: 'old,new', PORT: '0' };
    const child = spawn(process.execPath, [example('receive-and-verify')], { env });
    children.push(child);
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const url = `http://127.0.0.1:${line.split(' ').pop()}/`;
    const timestamp = new Date().toISOString();
    const post = async (body: string, signature: string) => {
      const headers = {
        'x-zendesk-webhook-signature': signature,
        'x-zendesk-webhook-signature-timestamp': timestamp,
        'x-zendesk-webhook-invocation-id': 'i',
      };
      const { status } = await fetch(url, { method: 'POST', headers, body });
      return status;
    };
    const body = '{"hello": "you"}';
    const signature = await signPayload({ secret: 'new', timestamp, body });
    expect(await post(body, signature)).toBe(204);
    expect(await post(body, signature)).toBe(200);
    expect(await post(`${body} `, signature)).toBe(401);
    expect(await post(body, '')).toBe(401);
    expect(await post('x'.repeat(2 * 1024 * 1024), signature)).toBe(413);
  });

  it('name the missing setting', async () => {
    const env = { ...process.env, WEBHOOK_SECRET: '', ZENDESK_BASE_URL: '', ZENDESK_SUBDOMAIN: '' };
    for (const [name, variable] of [
      ['list-failed-last-day', 'ZENDESK_BASE_URL'],
      ['rebuild-lost-events', 'ZENDESK_BASE_URL'],
      ['receive-and-verify', 'WEBHOOK_SECRET'],
    ] as const) {
      const failed = promisify(execFile)(process.execPath, [example(name)], { env });
      await expect(failed).rejects.toMatchObject({ stderr: expect.stringContaining(variable) });
    }
  });
});
