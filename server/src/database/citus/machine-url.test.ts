import pg from 'pg';
import { expect, it } from 'vitest';
import { sessionOf } from '../session-of.ts';
import { machineUrl } from './machine-url.ts';

it.each([
  'postgresql://me:p%40ss@coordinator:6432/trail?sslmode=disable',
  'postgres://me:p%40ss@[::1]/trail?sslmode=disable',
  'postgresql://me:p%40ss@/trail?host=/run/postgresql&port=6432&sslmode=disable',
  'postgresql://me:p%40ss@%2Frun%2Fpostgresql/trail?sslmode=disable',
  'postgresql:///trail?host=/run/postgresql&user=me&password=p%40ss&sslmode=disable',
])('names a machine instead of the one of %s', (url) => {
  for (const [machine, host] of [
    ['worker-1:54701', 'worker-1'],
    ['::1:54701', '::1'],
    ['10.0.0.1:54701', '10.0.0.1'],
  ] as const) {
    const client = new pg.Client(machineUrl(url, machine));
    expect([client.host, client.port]).toEqual([host, 54_701]);
    expect([client.user, client.password, client.database]).toEqual(['me', 'p@ss', 'trail']);
    expect(client.ssl).toBe(false);
  }
});

it('keeps the options of a session', () => {
  const url = 'postgresql://me@coordinator/trail?options=-c%20search_path%3Dours&sslmode=disable';
  expect(sessionOf(machineUrl(url, 'worker:1')).options).toMatch(/^-c search_path=ours -c /);
});
