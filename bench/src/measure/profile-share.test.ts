import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { monotonicUs } from './monotonic-us.ts';
import { profileShare } from './profile-share.ts';

const frame = (functionName: string, url = '') => ({ functionName, url });

test('a share counts what functions called, within its time, while the thread worked', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 3, 6] },
      { id: 2, callFrame: frame('(idle)') },
      { id: 3, callFrame: frame('work', 'file:///a/work.js'), children: [4] },
      { id: 4, callFrame: frame('count', 'file:///a/metrics/count.js'), children: [5] },
      { id: 5, callFrame: frame('forEach') },
      { id: 6, callFrame: frame('(garbage collector)') },
    ],
    startTime: 1_000,
    // Before, idle, three of work, two of what is counted, garbage, after.
    samples: [4, 2, 3, 3, 3, 4, 5, 6, 4],
    timeDeltas: [0, 100, 100, 100, 100, 100, 100, 100, 100],
  };
  const share = profileShare(JSON.stringify(profile), [1_050, 1_750], ({ url }) =>
    url.includes('/metrics/'),
  );
  expect(share).toEqual({ samples: 6, within: 2 });
});

test('V8 writes such a profile, with the clock of the machine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hooktrail-profile-'));
  try {
    const script = join(folder, 'spin.mjs');
    await writeFile(
      script,
      `const spin = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += Math.sqrt(i); return sum; };
      let all = 0; for (let i = 0; i < 30; i++) all += spin(1e6); console.log(all);`,
    );
    const fromUs = monotonicUs();
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=200'];
    await promisify(execFile)(process.execPath, [...flags, script]);
    const [name] = (await readdir(folder)).filter((each) => each.endsWith('.cpuprofile'));
    const profile = await readFile(join(folder, name as string), 'utf8');
    const isSpin = ({ url }: { url: string }) => url.endsWith('/spin.mjs');
    const { samples, within } = profileShare(profile, [fromUs, monotonicUs()], isSpin);
    expect(within).toBeGreaterThan(0);
    expect(within).toBeLessThanOrEqual(samples);
    expect(profileShare(profile, [0, fromUs], isSpin).samples).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
