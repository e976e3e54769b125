import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Activity } from './activity.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => vi.useRealTimers());

test('is shared while two accounts were active within a second', () => {
  const activity = new Activity();
  expect(activity.isShared).toBe(false);
  for (let n = 0; n < 3; n++) activity.note(1);
  expect(activity.isShared).toBe(false);
  activity.note(2);
  expect(activity.isShared).toBe(true);
  vi.advanceTimersByTime(999);
  activity.note(2);
  expect(activity.isShared).toBe(true);
  vi.advanceTimersByTime(1);
  // The first account has ended; the second goes on alone.
  expect(activity.isShared).toBe(false);
  activity.note(3);
  expect(activity.isShared).toBe(true);
});
