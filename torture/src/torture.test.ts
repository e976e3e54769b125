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
  /** Resolves to its exit status and its output. */
  readonly ended: Promise<{ readonly code: unknown; readonly output: string }>;
  /** Resolves when the output contains this. */
  said(text: string): Promise<void>;
}

const built = (path: string) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

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

/** A short run on nodes with one safety removed. */
function tortured(sabotage: string): Run['ended'] {
  const program = built(`sabotage/${sabotage}.js`);
  return torture(['--minutes', '0.4', '--seed', '7', '--program', program]).ended;
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

/** Two runs at a time take 260 s beside the other tests on two cores: most of it waits, for the expiry of leases above all. */
const LIMIT_MS = 1_200_000;

describe('the torture run', { timeout: LIMIT_MS }, () => {
  test.concurrent('finds that nodes which answer before the commit lose events', async () => {
    const { code, output } = await tortured('answer-before-commit');
    expect(output).toContain('BROKEN  what was accepted is received, or exhausted');
    expect(output).toMatch(/ was accepted and is not in the trail/);
    expect(code, output).toBe(1);
  });

  test.concurrent('finds that nodes which forget outcomes leave requests off the record', async () => {
    const { code, output } = await tortured('forget-outcomes');
    expect(output).toContain('BROKEN  every request has its attempt or an unknown');
    expect(output).toContain('BROKEN  nothing is sent again but what was in flight at a fault');
    // Without retries, an invocation needs a job, which passes over what such nodes changed meanwhile.
    const lost = output.match(/^.* was accepted and never received;.*$/gm) ?? [];
    expect(lost.filter((line) => !/ of replay-/.test(line))).toEqual([]);
    expect(output).not.toMatch(/ was accepted and is not in the trail/);
    expect(code, output).toBe(1);
  });

  test.runIf(existsSync('/proc'))('leaves nothing behind when it is interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hooktrail-torture-test-'));
    try {
      // As root, PostgreSQL runs as another user, which must be able to enter.
      await chmod(folder, 0o711);
      const run = torture(['--minutes', '5', '--seed', '7'], { TMPDIR: folder });
      await run.said('injecting faults');
      expect(processesWith(folder).length).toBeGreaterThan(3);
      run.child.kill('SIGINT');
      await run.said('stopping');
      run.child.kill('SIGINT'); // npm's copy
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
