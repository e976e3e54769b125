import { describe, expect, it } from 'vitest';
import { laneProblems, laneTablesOf } from './lane-problems.ts';

describe('laneProblems', () => {
  it.each([
    'select from invocation where lane = $1 and id = $2',
    'select from unnest($1) as w (lane, id) join event e on e.lane = w.lane and e.id = w.id',
    'update invocation i set due_at = now() from l where l.lane = i.lane',
    'insert into breaker as b (webhook_id, lane) values ($1, $2)',
    'delete from idempotency_key k using old where k.lane = old.lane',
    'select from x where not exists (select from attempt a where a.lane = x.lane)',
    'update rate_window set permits = $1 where lane = $2',
    'select invocation_id from moved',
  ])('finds none in: %s', (text) => {
    expect(laneProblems(text)).toEqual([]);
  });

  it.each([
    ['select from invocation where id = $1', 'from invocation: no condition on its lane'],
    // The lane of the CTE beside it, of a subquery within it, of the statement around it.
    ['select from invocation i where o.lane = $1', 'from invocation: no condition on its lane'],
    ['update event e set a = 1 where id in (select id from x where lane = 1)', 'update event: no'],
    ['select from x where lane = 1 and exists (select from event where id = 2)', 'from event: no'],
    ['select from x join attempt a on a.id = x.id where x.lane = 1', 'join attempt: no condition'],
    ['insert into breaker as b (webhook_id) values ($1)', 'insert into breaker: no column lane'],
    ['insert into event select * from x', 'insert into event: no column lane'],
    ['delete from event where airlane = 1', 'from event: no condition on its lane'],
    ['select from x, invocation i where i.lane = 1', 'invocation is mentioned in a form'],
    ['lock table attempt', 'attempt is mentioned in a form'],
  ])('finds one in: %s', (text, problem) => {
    expect(laneProblems(text)).toEqual([expect.stringContaining(problem)]);
  });
});

it('laneTablesOf tells tables from columns and parts of other names', () => {
  const text = 'select event_id, k.event from attempt join event e on true join attempt a on true';
  expect(laneTablesOf(text)).toEqual(['attempt', 'event']);
});
