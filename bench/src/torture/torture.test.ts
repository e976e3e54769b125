import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface Run {
  readonly child: ChildProcess;
  /** Resolves to what it said. */
  readonly ended: Promise<{ readonly code: unknown; readonly output: string }>;
  /** Resolves when it has said this. */
  said(text: string): Promise<void>;
}

const built = (path: string) =>
  fileURLToPath(new URL(`../../dist/torture/${path}`, import.meta.url));

function torture(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, [built('main.js'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    child,
    ended: once(child, 'close').then(([code]) => ({ code, output })),
    async said(text) {
      while (!output.includes(text)) await once(child.stderr, 'data');
    },
  };
}

/** The processes that have a text in their command line or their environment. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const read = (file: string) => readFileSync(`/proc/${name}/${file}`, 'latin1');
      return read('cmdline').includes(text) || read('environ').includes(text);
    } catch {
      return false;
    }
  });
}

describe('the torture run', { timeout: 400_000 }, () => {
  test('finds that a node which answers before the commit loses events', async () => {
    const program = built('sabotage/answer-before-commit.js');
    const args = ['--minutes', '0.4', '--seed', '7', '--program', program];
    const { code, output } = await torture(args).ended;
    expect(output).toContain('BROKEN  what was accepted is received, or exhausted');
    expect(output).toMatch(/ was accepted and is not in the trail/);
    expect(code, output).toBe(1);
  });

  test.runIf(existsSync('/proc'))('leaves nothing behind when it is interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hooktrail-torture-test-'));
    try {
      // As root PostgreSQL is another user, which has to pass through.
      await chmod(folder, 0o711);
      const run = torture(['--minutes', '5', '--seed', '7'], { TMPDIR: folder });
      await run.said('doing harm');
      expect(processesWith(folder).length).toBeGreaterThan(3);
      run.child.kill('SIGINT');
      const { code, output } = await run.ended;
      expect(code, output).toBe(1);
      expect(processesWith(folder)).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('says what is wrong with its arguments', async () => {
    const { code, output } = await torture(['--minutes', 'soon']).ended;
    expect(output).toBe('torture: --minutes must be a number above 0, got soon\n');
    expect(code).toBe(1);
  });
});
