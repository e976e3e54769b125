import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const UNIT = 'deploy/systemd/hooktrail.service';

const analyze = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, UNIT], {
    encoding: 'utf8',
  });
  return { status, output: `${stdout ?? ''}${stderr ?? ''}` };
};

// Containers have no systemd, and macOS neither.
const isHere = analyze('--version').status === 0;

test.skipIf(!isHere)('systemd finds nothing wrong with the unit', () => {
  expect(analyze('verify')).toEqual({ status: 0, output: '' });
});

test.skipIf(!isHere)('the unit exposes as little as docs/deploy.md says', () => {
  const { status, output } = analyze('security', '--offline=true', '--threshold=14', '--no-pager');
  expect(status, output).toBe(0);
  expect(output).toContain('exposure level for hooktrail.service: 1.4');
});
