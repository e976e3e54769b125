import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PLAIN = ['plain-1', 'plain-2', 'plain-3', 'plain-4'];

let folder: string;

/** A test file that writes its name and its process down. */
const testFile = (name: string, body: string, imports = ''): string => `
import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
${imports}
test('${name}', () => {
  appendFileSync(String(process.env['TEST_LOG']), '${name} ' + process.pid + '\\n');
  ${body}
});
`;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'hooktrail-workers-')));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'testing'));
  const files: Record<string, string> = {
    'package.json': '{"type":"module"}',
    'vitest.config.ts': `
import { isolateSingleWorker } from '${ROOT}tests/isolate-single-worker.ts';
import { sharedWorkers } from '${ROOT}tests/shared-workers.ts';
import { SlowFirst } from '${ROOT}tests/slow-first.ts';
export default {
  plugins: [isolateSingleWorker],
  test: { pool: sharedWorkers, isolate: false, sequence: { sequencer: SlowFirst } },
};`,
    // What fakes time for its callers.
    'testing/fake.ts': `import { vi } from 'vitest';\nexport const fake = () => vi.useFakeTimers();\n`,
    'testing/stage.ts': `import {\n  fake,\n} from './fake.ts';\nexport const stage = () => fake();\n`,
    'own.test.ts': testFile('own', `process.env['LEFT'] = '1';`),
    'helped.test.ts': testFile('helped', 'fake();', `import { fake } from './testing/fake.ts';`),
    'staged.test.ts': testFile('staged', 'stage();', `import { stage } from './testing/stage.ts';`),
    ...Object.fromEntries(PLAIN.map((name) => [`${name}.test.ts`, testFile(name, '')])),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The process of each file. */
async function processesOf(...args: string[]): Promise<ReadonlyMap<string, string>> {
  const log = join(folder, `${args.join('')}.log`);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'));
  await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...args],
    { cwd: folder, env: { ...Object.fromEntries(inherited), TEST_LOG: log } },
  );
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

test('a file that changes its process, itself or by a helper, shares it with no other', async () => {
  const [two, one] = await Promise.all([
    processesOf('--maxWorkers=2'),
    processesOf('--no-file-parallelism'),
  ]);
  for (const processes of [two, one]) {
    expect(processes.size).toBe(3 + PLAIN.length);
    for (const name of ['own', 'helped', 'staged']) {
      const shared = [...processes].filter(([, id]) => id === processes.get(name));
      expect(shared.map(([file]) => file)).toEqual([name]);
    }
  }
  // The others go on in the processes that are there.
  expect(new Set(PLAIN.map((name) => two.get(name))).size).toBeLessThanOrEqual(2);
});
