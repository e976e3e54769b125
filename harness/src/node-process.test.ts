import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeEnd, type LoggedProblem, NodeProcess, startNode } from './node-process.ts';

const UP = `console.log('{"level":30,"url":"http://127.0.0.1:1","msg":"hooktrail is up"}');`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-node-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function program(source: string): Promise<string> {
  const path = join(folder, `${Math.random()}.mjs`);
  await writeFile(path, source);
  return path;
}

test('is up when it says where it listens, and ends with the signal', async () => {
  const node = await startNode({
    program: await program(`${UP} setInterval(() => 0, 999)`),
    env: {},
  });
  expect(node.url).toBe('http://127.0.0.1:1');
  expect(node.end).toBeUndefined();
  expect(await node.endsWithin(20)).toBeUndefined();
  node.kill('SIGTERM');
  expect(await node.ended).toBe('SIGTERM');
  expect(node.end).toBe('SIGTERM');
});

test('one that ends before it is up says how and why', async () => {
  const failing = await program(`console.error('no database'); process.exitCode = 3;`);
  await expect(startNode({ program: failing, env: {} })).rejects.toThrow(
    'the server did not start (exit status 3):\nno database',
  );
  const node = new NodeProcess({ program: failing, env: {}, wrapper: ['/does/not/exist'] });
  expect(await node.up).toBe(false);
  expect(describeEnd(await node.ended)).toContain('ENOENT');
});

test('gets no setting but those of its options', async () => {
  process.env['HOOKTRAIL_RETENTION_DAYS'] = '1';
  try {
    const settings = `Object.entries(process.env).filter(([name]) => name.startsWith('HOOKTRAIL_'))`;
    const node = new NodeProcess({
      program: await program(`console.log(JSON.stringify(Object.fromEntries(${settings})))`),
      env: { HOOKTRAIL_PORT: '4400' },
    });
    expect(await node.ended).toBe(0);
    expect(JSON.parse(node.output())).toEqual({
      HOOKTRAIL_PORT: '4400',
      HOOKTRAIL_PROCESSES: '1',
      HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
    });
  } finally {
    delete process.env['HOOKTRAIL_RETENTION_DAYS'];
  }
});

test('keeps the last lines, and reports what was logged as a warning or worse', async () => {
  const problems: LoggedProblem[] = [];
  const lines = [
    '{"level":30,"msg":"all is well"}',
    '{"level":40,"msg":"a warning"}',
    '{"level":50,"err":{"message":"no answer"},"msg":"could not claim"}',
  ];
  const node = new NodeProcess({
    program: await program(lines.map((line) => `console.log('${line}');`).join('\n')),
    env: {},
    keptLines: 2,
    onProblem: (problem) => problems.push(problem),
  });
  expect(await node.ended).toBe(0);
  expect(node.output()).toBe(lines.slice(1).join('\n'));
  expect(problems).toMatchObject([
    { level: 40, message: 'a warning' },
    { level: 50, message: 'could not claim: no answer', line: lines[2] },
  ]);
});
