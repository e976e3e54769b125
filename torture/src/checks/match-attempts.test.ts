import { expect, test } from 'vitest';
import type { SeenRequest } from '../books/books.ts';
import type { TrailAttempt } from '../books/trail-rows.ts';
import { matchAttempts } from './match-attempts.ts';

const seen = (serial: number, signedAt: string): SeenRequest => ({
  serial,
  invocationId: 'inv',
  signedAt,
  jobId: undefined,
  arrivedMs: serial,
  sender: undefined,
  answered: undefined,
  closedMs: serial,
});

const recorded = (number: number, signedAt: string, serial: number | null): TrailAttempt => ({
  id: String(number),
  invocationId: 'inv',
  number,
  status: serial === null ? 'timeout' : 'success',
  statusCode: serial === null ? null : 200,
  signedAt,
  serial,
});

test('matches attempts by their answer, and those without one by their signature', () => {
  const [first, second, third] = [seen(1, '22:57:01'), seen(2, '22:57:01'), seen(3, '22:57:09')];
  const attempts = [
    recorded(1, '22:57:01', null),
    recorded(2, '22:57:01', 2),
    recorded(3, '22:57:05', null), // a refused connection
    recorded(4, '22:57:09', null),
  ];
  const { matched, unrecorded, invented } = matchAttempts([first, second, third], attempts);
  expect([first, second, third].map((request) => matched.get(request)?.number)).toEqual([1, 2, 4]);
  expect(unrecorded).toEqual([]);
  expect(invented).toEqual([]);
});

test('two requests of one second need two attempts', () => {
  const requests = [seen(1, '22:57:01'), seen(2, '22:57:01')];
  const { unrecorded } = matchAttempts(requests, [recorded(1, '22:57:01', null)]);
  expect(unrecorded).toHaveLength(1);
});
