import { expect, test } from 'vitest';
import type { Counters } from '../books/counters.ts';
import { checkCounters } from './check-counters.ts';

const counters = (accepted: number, success: number, failed: number): Counters => ({
  accepted,
  attempts: new Map([
    ['success', success],
    ['server error', failed],
  ]),
  finished: new Map([['success', success]]),
});

test('accepts equal counts, and what was accepted without an answer', () => {
  const booked = counters(10, 8, 2);
  expect(checkCounters({ booked, counted: booked, unclear: 0 })).toEqual([]);
  expect(checkCounters({ booked, counted: counters(11, 8, 2), unclear: 1 })).toEqual([]);
});

test('reports what is counted too often, too seldom, or under another name', () => {
  const booked = counters(10, 8, 2);
  expect(checkCounters({ booked, counted: counters(11, 8, 2), unclear: 0 })).toEqual([
    '11 events are counted as accepted, and publishers had 10',
  ]);
  expect(checkCounters({ booked, counted: counters(9, 7, 2), unclear: 2 })).toEqual([
    '9 events are counted as accepted, and publishers had 10 to 12',
    '7 requests are counted with success, and the endpoints answered 8',
    '7 invocations are counted with success, and the endpoints answered 8',
  ]);
  const renamed = { ...booked, attempts: new Map([['timeout', 10]]) };
  expect(checkCounters({ booked, counted: renamed, unclear: 0 })).toEqual([
    '10 requests are counted with timeout, and the endpoints answered 0',
    '0 requests are counted with success, and the endpoints answered 8',
    '0 requests are counted with server error, and the endpoints answered 2',
  ]);
});
