import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionGate } from './testing/connection-gate.ts';
import { type Stage, startStage } from './testing/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await stage.webhook('Tailed', '/200', 'tail.*');
  const broken = await stage.webhook('Failing', '/500', 'fail.*');
  await stage.hooktrail.webhooks.updateDelivery(broken, { scheduleSeconds: [] });
});

afterAll(async () => {
  await stage.close();
});

const publish = async (count: number, name: string): Promise<string[]> => {
  const batch = Array.from({ length: count }, (_, at) => ({
    type: `tail.${name}`,
    id: `${name}-${at}`,
  }));
  const results = await stage.hooktrail.events.publishBatch(batch);
  return results.flatMap(({ invocations }) => invocations?.map(({ id }) => id) ?? []);
};

test('prints every settled invocation once over restarts of the node and broken connections', async () => {
  const gate = await connectionGate(stage.url);
  const expected: string[] = [];
  const done: Promise<unknown>[] = [];
  const settled = (output: string): number => output.split('"type":"settled"').length - 1;
  const steps = [
    async () => expected.push(...(await publish(20, 'first'))),
    async () => {
      gate.breakAll();
      expected.push(...(await publish(20, 'second')));
    },
    async () => {
      await stage.restart();
      expected.push(...(await publish(20, 'third')));
    },
  ];
  const goOn = (output: string): void => {
    const next = steps[done.length];
    if (next !== undefined && settled(output) >= done.length * 20) done.push(next());
  };
  const { code, rows, stderr } = await stage.run(
    ['tail', '--since', '1m', '--events', 'settled', '--count', '60', 'type:tail.*'],
    {
      environment: { HOOKTRAIL_URL: gate.url },
      onOutput: goOn,
      onStart: () => goOn(''),
    },
  );
  // The last rows may be printed before this process has read the answer that names them.
  await Promise.all(done);
  await gate.close();
  expect(code).toBe(0);
  expect(rows.map(({ invocation }) => invocation.id).sort()).toEqual(expected.sort());
  const notes = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).note.state);
  expect(notes.filter((state) => state === 'lost').length).toBeGreaterThanOrEqual(2);
  expect(notes.at(-1)).toBe('connected');
});

test('shows answers, ends at the first failure, and goes on after a row', async () => {
  const { invocations } = await stage.hooktrail.events.publish({ type: 'fail.one' });
  const ended = await stage.run([
    'tail',
    '--since',
    '1m',
    '--until-failed',
    '--show',
    'response.body',
    'type:fail.*',
  ]);
  expect(ended.code).toBe(1);
  const [row] = ended.rows;
  expect(row).toMatchObject({ type: 'settled', invocation: { id: invocations[0]?.id } });
  expect(row.shown).toContain('broken');
  await publish(1, 'after');
  const rest = await stage.run(['tail', '--after', row.id, '-c', '1', '--events', 'settled']);
  expect(rest.rows[0].invocation.event_type).toBe('tail.after');
});

test('ends at a failure that is not shown', async () => {
  await stage.hooktrail.events.publish({ type: 'fail.two' });
  const args = ['tail', '--since', '1m', '--until-failed', '--events', 'attempted', 'type:fail.*'];
  const { code, rows } = await stage.run(args);
  expect(code).toBe(1);
  expect(rows.every(({ type }) => type === 'attempted')).toBe(true);
});

test('says that no server is there at the start, and gives up', async () => {
  const gate = await connectionGate(stage.url);
  await gate.close();
  const { code, error, stderr } = await stage.run(['tail', '--give-up', '1'], {
    environment: { HOOKTRAIL_URL: gate.url },
  });
  expect(code).toBe(6);
  expect(stderr).toContain('no answer from the server');
  expect(error.next).toContain('Check the URL');
});

test('shows the row of an attempt although the node restarts before it is read', async () => {
  await publish(1, 'kept');
  let refused = 0;
  const proxy = createServer((request, response) => {
    if (request.url?.includes('/attempts/') && refused++ < 1) {
      // Longer than the client itself tries again.
      response.writeHead(503, { 'retry-after': '60' }).end();
      return;
    }
    const url = new URL(request.url ?? '/', stage.url);
    const { authorization = '' } = request.headers;
    void fetch(url, { headers: { authorization } }).then((answer) => {
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
      });
      const body = Readable.fromWeb(answer.body as never);
      body.on('error', () => response.destroy()).pipe(response);
    });
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  const args = [
    'tail',
    '--since',
    '1m',
    '-c',
    '1',
    '--show',
    'response.body',
    '--events',
    'settled',
  ];
  const { code, rows } = await stage.run([...args, 'type:tail.kept'], {
    environment: { HOOKTRAIL_URL: `http://127.0.0.1:${port}` },
  });
  proxy.close();
  proxy.closeAllConnections();
  expect(code).toBe(0);
  expect(refused).toBeGreaterThan(1);
  expect(rows[0].shown).toBe('ok');
});

test('ends with 6 when the server stays away, and with 4 when it refuses the token', async () => {
  const gate = await connectionGate(stage.url);
  await publish(1, 'gone');
  const gone = await stage.run(['tail', '--since', '1m', '--give-up', '1'], {
    environment: { HOOKTRAIL_URL: gate.url },
    onOutput: (output) => {
      if (output.includes('"type"')) void gate.close();
    },
  });
  expect(gone.code).toBe(6);
  expect(gone.error.next).toContain('--after');
  const refused = await stage.run(['tail', '--token', 'ht_wrong']);
  expect(refused.code).toBe(4);
  expect((await stage.run(['tail', '--events', 'setled'])).code).toBe(2);
});

test('gives up where something else than a feed answers, and never says that it is connected', async () => {
  const proxy = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>');
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  const { code, stderr } = await stage.run(['tail', '--give-up', '1'], {
    environment: { HOOKTRAIL_URL: `http://127.0.0.1:${port}` },
  });
  proxy.close();
  proxy.closeAllConnections();
  expect(code).toBe(6);
  expect(stderr).toContain('something else than Hooktrail answered');
  expect(stderr).not.toContain('"connected"');
});

test('gives up where something else answers for the parts of attempts', async () => {
  const proxy = createServer(({ url = '', headers }, response) => {
    if (!url.startsWith('/v1/feed')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>');
      return;
    }
    get(stage.url + url, { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response).on('close', () => answer.destroy());
    }).on('error', () => response.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  await publish(1, 'part');
  const args = ['tail', '--since', '1m', '--show', 'response.body', '--give-up', '1'];
  const { code, stderr } = await stage.run([...args, 'type:tail.part'], {
    environment: { HOOKTRAIL_URL: `http://127.0.0.1:${port}` },
  });
  proxy.close();
  proxy.closeAllConnections();
  expect(code).toBe(6);
  expect(stderr).toContain('something else than Hooktrail answered');
});

test('says that a webhook does not exist, names it in CSV, and refuses a time that no timer can wait', async () => {
  const unknown = await stage.run(['tail', '--webhook', 'Taild'], {
    onOutput(output, command) {
      if (output.includes('did you mean')) command.interrupt();
    },
  });
  expect(unknown.code).toBe(130);
  expect(unknown.stderr).toContain(
    'no webhook has the name \\"Taild\\"; did you mean \\"Tailed\\"?',
  );
  await publish(1, 'csv');
  const args = ['tail', '--since', '1m', '-c', '1', '--events', 'settled', 'type:tail.csv'];
  const { stdout } = await stage.run([...args, '-o', 'csv', '--columns', 'type,webhook.name']);
  expect(stdout).toBe('type,webhook.name\r\nsettled,Tailed\r\n');
  const late = await stage.run(['tail', '--give-up', '99999999']);
  expect([late.code, late.error.message]).toEqual([
    2,
    expect.stringContaining('from 0 to 2073600'),
  ]);
});
