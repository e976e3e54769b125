import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Zendesk } from '../client.ts';
import { time } from './time.ts';

// Where a time that is read as local is five hours off.
beforeAll(() => {
  vi.stubEnv('TZ', 'America/New_York');
  expect(new Date('2026-11-28T10:00:00').toISOString()).toBe('2026-11-28T15:00:00.000Z');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

it.each([
  ['2026-11-28T10:00:00Z', '2026-11-28T10:00:00.000Z'],
  ['2026-11-28T10:00:00', '2026-11-28T10:00:00.000Z'],
  ['2026-11-28T10:00', '2026-11-28T10:00:00.000Z'],
  ['2026-11-28T10:00:00.123456789', '2026-11-28T10:00:00.123Z'],
  ['2026-11-28t10:00:00', '2026-11-28T10:00:00.000Z'],
  ['2026-11-28 10:00:00', '2026-11-28T10:00:00.000Z'],
  ['2026-11-28', '2026-11-28T00:00:00.000Z'],
  ['2026-11-28T10:00:00+02:00', '2026-11-28T08:00:00.000Z'],
  ['2026-11-28T10:00:00-05:30', '2026-11-28T15:30:00.000Z'],
  ['2026-07-01T10:00:00', '2026-07-01T10:00:00.000Z'],
])('%s is %s', (text, iso) => {
  expect(time.decode(text).toISOString()).toBe(iso);
});

it('what is no time is an invalid one', () => {
  for (const value of ['soon', {}, undefined]) expect(time.decode(value).getTime()).toBeNaN();
});

it('a filter that is text goes out unchanged, for the server to read as UTC', async () => {
  const urls: string[] = [];
  const { webhookInvocations } = new Zendesk({
    baseUrl: 'https://hooks.test',
    auth: { accessToken: 't' },
    fetch: async (url) => {
      urls.push(decodeURIComponent(String(url)));
      return Response.json({
        invocations: [{ id: 'i', created_at: '2026-11-28T10:00:00', status: 'success' }],
      });
    },
  });
  const filterToTs = new Date('2026-11-28T10:00:00Z');
  const page = await webhookInvocations.list('w', {
    filterFromTs: '2026-11-28T09:00:00',
    filterToTs,
  });
  expect(urls[0]).toContain('filter[from_ts]=2026-11-28T09:00:00&');
  expect(urls[0]).toContain('filter[to_ts]=2026-11-28T10:00:00.000Z');
  expect(page.items[0]?.createdAt).toEqual(filterToTs);
});
