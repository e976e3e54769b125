import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const built = (path: string) =>
  fileURLToPath(new URL(`../../dist/torture/${path}`, import.meta.url));

async function torture(...args: string[]): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, [built('main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}

describe('the torture run', { timeout: 300_000 }, () => {
  test('finds that a node which answers before the commit loses events', async () => {
    const sabotage = built('sabotage/answer-before-commit.js');
    const { code, output } = await torture(
      '--minutes',
      '0.4',
      '--seed',
      '7',
      '--program',
      sabotage,
    );
    expect(output).toContain('BROKEN  what was accepted is received, or exhausted');
    expect(output).toMatch(/ was accepted and is not in the trail/);
    expect(code, output).toBe(1);
  });

  test('says what is wrong with its arguments', async () => {
    const { code, output } = await torture('--minutes', 'soon');
    expect(output).toBe('torture: --minutes must be a number above 0, got soon\n');
    expect(code).toBe(1);
  });
});
