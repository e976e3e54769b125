import { beforeEach, expect, it } from 'vitest';
import { MINUTE_MS } from '../../model/time-units.ts';
import { DueBounds } from './due-bounds.ts';

const NOW_MS = 1_900_000_000_000;
const FIRST = { fromMs: 0, askedMs: NOW_MS };

let bounds: DueBounds;
beforeEach(() => {
  bounds = new DueBounds();
});

it('begins with the first entry of a webhook that was never asked for', () => {
  expect(bounds.fromMs('one', NOW_MS)).toBe(0);
});

it('begins a minute before a claim that left nothing, for what is committed late', () => {
  bounds.learn('one', FIRST, undefined);
  bounds.learn('two', FIRST, 3_600_000);
  for (const id of ['one', 'two']) expect(bounds.fromMs(id, NOW_MS)).toBe(NOW_MS - MINUTE_MS);
  expect(bounds.fromMs('one', NOW_MS + 3_600_000)).toBe(NOW_MS - MINUTE_MS);
});

it('begins with what is due longer, and was left', () => {
  bounds.learn('one', FIRST, -300_000);
  expect(bounds.fromMs('one', NOW_MS)).toBe(NOW_MS - 301_000);
});

it('begins with the first entry again once something older was found', () => {
  bounds.learn('one', FIRST, undefined);
  bounds.found('one', NOW_MS - MINUTE_MS);
  expect(bounds.fromMs('one', NOW_MS)).toBe(NOW_MS - MINUTE_MS);
  bounds.found('one', NOW_MS - MINUTE_MS - 1);
  expect(bounds.fromMs('one', NOW_MS)).toBe(0);
});

it('learns nothing from who did not look at what was found meanwhile', () => {
  bounds.learn('one', FIRST, undefined);
  const asked = { fromMs: bounds.fromMs('one', NOW_MS), askedMs: NOW_MS };
  bounds.found('one', NOW_MS - 3_600_000);
  bounds.learn('one', asked, undefined);
  expect(bounds.fromMs('one', NOW_MS)).toBe(0);
  bounds.learn('one', FIRST, undefined);
  expect(bounds.fromMs('one', NOW_MS)).toBe(NOW_MS - MINUTE_MS);
});

it('never begins less than a minute ago: the clock of the database may have gone back', () => {
  bounds.learn('one', FIRST, undefined);
  expect(bounds.fromMs('one', NOW_MS - 3_600_000)).toBe(NOW_MS - 3_600_000 - MINUTE_MS);
});

it('keeps nothing of a webhook that was deleted', () => {
  bounds.learn('one', FIRST, undefined);
  bounds.forget('one');
  expect(bounds.fromMs('one', NOW_MS)).toBe(0);
});
