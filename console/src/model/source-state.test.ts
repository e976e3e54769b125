import type { Source } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import { sourceState } from './source-state.ts';

const AT = new Date('2026-01-01T00:00:00Z');
const source = (changes: Partial<Source>): Source =>
  ({ state: 'polling', webhooksCount: 3, webhooksUnread: 0, lagSeconds: 40, ...changes }) as Source;
const error = (code: string) => ({ code, message: 'webhook orders: HTTP 503', at: AT });

test.each([
  [{}, 'polling', 'ok', ''],
  [{ state: 'paused' }, 'paused', 'hold', 'Somebody paused it'],
  [{ state: 'failing', error: error('unavailable') }, 'failing', 'bad', 'does not answer: webhook'],
  [{ state: 'failing', error: error('new one') }, 'failing', 'bad', 'The last request failed:'],
  [{ error: error('limit') }, 'polling in part', 'hold', 'Webhooks are left out'],
  [{ webhooksUnread: 2 }, 'reading', 'wait', '2 of 3 logs'],
  [{ lagSeconds: 7_200 }, 'behind', 'hold', '2 h behind'],
])('%j is %s', (changes, word, tone, why) => {
  const found = sourceState(source(changes as Partial<Source>));
  expect(found).toMatchObject({ word, tone });
  expect(found.why).toContain(why);
});

test('a source without a webhook waits for one', () => {
  const { lagSeconds: _, ...rest } = source({});
  expect(sourceState(rest as Source)).toMatchObject({ word: 'waiting', tone: 'wait' });
});

test('says when something is lost, once it stands still', () => {
  const lost = new Date('2026-01-08T00:00:00Z');
  for (const changes of [{ state: 'paused' }, { state: 'failing' }, { lagSeconds: 7_200 }]) {
    expect(sourceState(source({ ...changes, completeUntil: AT })).lostFrom).toEqual(lost);
  }
  expect(sourceState(source({ completeUntil: AT }))).not.toHaveProperty('lostFrom');
});
