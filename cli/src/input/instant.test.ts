import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { instant } from './instant.ts';

// Where a time that is read as local is five hours off.
beforeAll(() => {
  vi.stubEnv('TZ', 'America/New_York');
  expect(new Date('2026-11-28T10:00').toISOString()).toBe('2026-11-28T15:00:00.000Z');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['2026-11-28', '2026-11-28T00:00:00.000Z'],
  ['2026-11-28T10:00', '2026-11-28T10:00:00.000Z'],
  ['2026-11-28 10:00:05.5', '2026-11-28T10:00:05.500Z'],
  ['2026-11-28T10:00Z', '2026-11-28T10:00:00.000Z'],
  ['2026-11-28T10:00:00-05:30', '2026-11-28T15:30:00.000Z'],
])('%s is %s', async (text, iso) => {
  expect((await instant('--since', text))?.toISOString()).toBe(iso);
});

test.each([
  ['90s', 90],
  ['15m', 900],
  ['2h', 7_200],
  ['7d', 604_800],
  ['1w', 604_800],
])('%s is %i seconds ago', async (text, seconds) => {
  const beforeMs = Date.now();
  const atMs = (await instant('--since', text))?.getTime() ?? 0;
  expect(atMs + seconds * 1_000).toBeGreaterThanOrEqual(beforeMs);
  expect(atMs + seconds * 1_000).toBeLessThanOrEqual(Date.now());
});

test.each(['50', '2026', '2026-11', '11/28/2026', 'Nov 28 2026', '2026-02-30', '2h since:1h', ''])(
  '"%s" is refused',
  async (text) => {
    const refused = async () => await instant('--since', text);
    await expect(refused()).rejects.toThrow(`--since must be a time`);
  },
);

test('an option that was not given is no time', async () => {
  expect(await instant('--since', undefined)).toBeUndefined();
});
