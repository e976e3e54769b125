import { expect, it } from 'vitest';
import { newId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { anyAnswered } from './any-answered.ts';

it('asks a Citus cluster for each lane, whose answers are one', () => {
  const { laneByLane } = anyAnswered;
  const ids = Array.from({ length: 100 }, () => newId(Date.now()));
  const params = { webhooks: ids, origin: 'https://one.example' };
  expect(laneByLane?.text).toMatch(/where lane = \$4::smallint and webhook_id = w\.id/);
  const lanes = laneByLane?.runs(params).map((values) => values.at(-1));
  expect(lanes).toEqual([...new Set(ids.map((id) => laneOf(id)))]);

  const [yes, no] = [[{ answered: true }], [{ answered: false }]];
  expect(laneByLane?.merge([no, yes, no], params)).toEqual(yes);
  expect(laneByLane?.merge([no, no], params)).toEqual(no);
});
