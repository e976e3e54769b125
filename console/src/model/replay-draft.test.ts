import { describe, expect, test } from 'vitest';
import { EMPTY_REPLAY, replayInput } from './replay-draft.ts';

describe('the job that a form describes', () => {
  test('leaves out what is empty, and says that an empty query means everything', () => {
    expect(replayInput('code:5xx', EMPTY_REPLAY)).toEqual({ query: 'code:5xx' });
    expect(replayInput(' ', EMPTY_REPLAY)).toEqual({ all: true });
  });

  test('has shares for percentages', () => {
    const draft = {
      ...EMPTY_REPLAY,
      rate: ' 50 ',
      canaryCount: '20',
      canaryPercent: '90',
      stopPercent: '50',
      stopOfLast: '100',
      includeSucceeded: true,
      reason: 'outage',
    };
    expect(replayInput('code:5xx', draft)).toEqual({
      query: 'code:5xx',
      rate: 50,
      canary: { count: 20, successShare: 0.9 },
      stopOn: { failureShare: 0.5, ofLast: 100 },
      includeSucceeded: true,
      reason: 'outage',
    });
  });

  test.each([
    [{ rate: '0' }, 'Rate must be a whole number from 1 to 1,000, got 0.'],
    [{ rate: '1001' }, 'got 1001'],
    [{ rate: '2.5' }, 'got 2.5'],
    [{ rate: 'fast' }, 'got fast'],
    [
      { canaryCount: '20' },
      'Canary: least successes must be a percentage from 0 to 100, got nothing',
    ],
    [{ canaryPercent: '90' }, 'Canary: send first must be a whole number'],
    [{ canaryCount: '20', canaryPercent: '101' }, 'got 101'],
    [{ stopPercent: '0', stopOfLast: '10' }, 'Stop: failures must be a percentage from 0.1 to 100'],
    [
      { stopPercent: '50' },
      'Stop: of the last must be a whole number from 1 to 1,000, got nothing',
    ],
  ])('refuses %o', (fields, message) => {
    expect(() => replayInput('code:5xx', { ...EMPTY_REPLAY, ...fields })).toThrow(message);
  });
});
