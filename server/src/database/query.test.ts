import { describe, expect, it } from 'vitest';
import { newId, uuidFromId } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import { idArray, int4Array } from './binary-arrays.ts';
import { insertInto } from './insert-into.ts';
import { integer, json, rows, scalar, smallint, text, timestamptzMs, uuid } from './parameters.ts';
import { query } from './query.ts';

interface Params {
  readonly lane: number;
  readonly wanted: readonly { readonly webhookId: string; readonly room: number }[];
  readonly reason: string | null;
}

const id = newId(0);
const params: Params = { lane: 7, wanted: [{ webhookId: id, room: 3 }], reason: null };

const parameters = {
  lane: smallint((p: Params) => p.lane),
  wanted: rows((p: Params) => p.wanted, {
    webhook_id: uuid((webhook) => webhook.webhookId),
    room: integer((webhook) => webhook.room),
  }),
  reason: text((p: Params) => p.reason),
};

describe('query', () => {
  it('numbers parameters in the order of the list, with their types', () => {
    const { text: numbered, values } = query<Params, never>(
      'numbered',
      parameters,
      'select $reason as why from $wanted as w join a on a.lane = $lane and a.reason <> $reason',
    );
    expect(numbered).toBe(
      'select $4::text as why from unnest($2::uuid[], $3::integer[]) as w (webhook_id, room) ' +
        'join a on a.lane = $1::smallint and a.reason <> $4::text',
    );
    expect(values(params)).toEqual([7, idArray([id]), int4Array([3]), null]);
  });

  it('adds a column in one place', () => {
    const wanted = rows((p: Params) => p.wanted, {
      webhook_id: uuid((webhook) => webhook.webhookId),
      twice: integer((webhook) => 2 * webhook.room),
      room: integer((webhook) => webhook.room),
    });
    const longer = query<Params, never>('longer', { wanted }, 'select * from $wanted as w');
    expect(longer.text).toBe(
      'select * from unnest($1::uuid[], $2::integer[], $3::integer[]) as w (webhook_id, twice, room)',
    );
    expect(longer.values(params)).toEqual([idArray([id]), int4Array([6]), int4Array([3])]);
  });

  it.each([
    ['a name that is not in the list', 'select $lane, $reason, $lanes from $wanted as w', '$lanes'],
    ['a parameter that the text does not use', 'select $lane from $wanted as w', '$reason'],
    ['rows without an alias', 'select $lane, $reason from $wanted', '$wanted as'],
  ])('refuses %s', (_what, wrong, named) => {
    expect(() => query<Params, never>('wrong', parameters, wrong)).toThrow(named);
  });

  it('does not confuse names that begin alike', () => {
    const both = { at: smallint((p: Params) => p.lane), at_most: smallint(() => 9) };
    expect(query<Params, never>('alike', both, 'select $at_most, $at').text).toBe(
      'select $2::smallint, $1::smallint',
    );
  });
});

describe('a statement of one day', () => {
  const DAY = Date.UTC(2031, 4, 15) / DAY_MS;
  const marked = (name: string) =>
    query<{ readonly day: number | undefined }, never>(
      name,
      {},
      'update invocation@day i set n = 1 where id in (select id from event@day)',
      { dayOf: ({ day }) => day },
    );

  it('names the partitions of its day, and by itself all', () => {
    const whole = marked('whole');
    expect(whole.text).toBe('update invocation i set n = 1 where id in (select id from event)');
    expect(whole.ofDay?.({ day: DAY })).toMatchObject({
      name: 'whole-20310515',
      text: 'update invocation_20310515 i set n = 1 where id in (select id from event_20310515)',
    });
    expect(whole.ofDay?.({ day: undefined })).toBeUndefined();
    expect(query<Params, never>('plain', {}, 'select 1').ofDay).toBeUndefined();
  });

  it('is made for the two latest days, once: connections keep what they have planned', () => {
    const whole = marked('latest');
    const first = whole.ofDay?.({ day: DAY });
    expect(whole.ofDay?.({ day: DAY - 1 })).toBeDefined();
    expect(whole.ofDay?.({ day: DAY - 2 })).toBeUndefined();
    expect(whole.ofDay?.({ day: DAY + 1 })?.name).toBe('latest-20310516');
    expect(whole.ofDay?.({ day: DAY })).toBe(first);
    expect(whole.ofDay?.({ day: DAY - 1 })).toBeUndefined();
  });
});

describe('parameters', () => {
  const sent = (parameter: { readonly value: (p: undefined) => unknown }) =>
    parameter.value(undefined);

  it.each([
    ['uuid', uuid(() => id), uuidFromId(id)],
    ['json', json(() => ({ a: 1 })), '{"a":1}'],
    ['timestamptz', timestamptzMs(() => 5), new Date(5)],
    ['text[]', scalar<string[]>('text[]')(() => ['a']), ['a']],
  ])('encodes %s', (type, parameter, value) => {
    expect([parameter.type, sent(parameter)]).toEqual([type, value]);
  });

  it('sends null as it is', () => {
    for (const type of [uuid, json, timestamptzMs, text]) expect(sent(type(() => null))).toBeNull();
  });
});

it('insertInto names each column and its parameter', () => {
  const columns = { lane: parameters.lane, reason: parameters.reason };
  expect(insertInto('a', columns)).toBe('insert into a (lane, reason)\nvalues ($lane, $reason)');
});

describe('on a Citus cluster', () => {
  const webhooks = [newId(1), newId(2), newId(3)] as const;
  const wanted = rows((ids: readonly string[]) => ids, {
    lane: smallint((one) => webhooks.indexOf(one) % 2),
    id: uuid((one) => one),
  });

  it('compares with the lane itself where all is of one', () => {
    const one = query<Params, never>(
      'one',
      { lane: parameters.lane, reason: parameters.reason },
      'with r as (select lane from a where lane = $lane) update a@day set b = $reason from r where a.lane = r.lane',
      { oneLane: true },
    );
    expect(one.text).toMatch(/update a set .* where a\.lane = r\.lane$/);
    expect(one.citusText).toMatch(/update a set .* where a\.lane = \$1::smallint$/);
  });

  it('runs for each lane of its rows', () => {
    const { laneByLane } = query<readonly string[], { n: number }>(
      'many',
      { wanted, limit: integer(() => 9) },
      'select 1 from $wanted as w cross join lateral (select from a where lane = w.lane limit $limit) as i',
      { laneByLane: true },
    );
    expect(laneByLane?.text).toMatch(/where lane = \$4::smallint limit \$3::integer/);
    expect(laneByLane?.runs(webhooks).map(([, ids, limit, lane]) => [ids, limit, lane])).toEqual([
      [idArray([webhooks[0], webhooks[2]]), 9, 0],
      [idArray([webhooks[1]]), 9, 1],
    ]);
    expect(laneByLane?.merge([[{ n: 1 }], [], [{ n: 2 }]], webhooks)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(laneByLane?.runs([])).toEqual([]);
  });

  it('runs for all lanes where it goes through them', () => {
    const { laneByLane } = query<number, never>(
      'all',
      { limit: integer((most) => most) },
      'select 1 from generate_series(0, 63) as l (lane) cross join lateral (select from a where lane = l.lane::smallint limit $limit) as i',
      { laneByLane: (runs, most) => runs.flat().slice(0, most) },
    );
    expect(laneByLane?.text).toBe(
      'select 1 from (select $2::smallint as lane) as l cross join lateral (select from a where lane = $2::smallint limit $1::integer) as i',
    );
    expect(laneByLane?.runs(5)).toHaveLength(64);
    expect(laneByLane?.runs(5)[63]).toEqual([5, 63]);
  });
});
