import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exactJson } from './exact-json.ts';
import { makeSample } from './make-sample.ts';
import { mergeJson } from './merge-json.ts';
import { sampleTypes } from './sample-types.ts';
import { setAtPointer } from './set-at-pointer.ts';

const NOW = Date.parse('2026-11-29T13:40:00.123Z');
const { families } = JSON.parse(
  readFileSync(new URL('../../../spec/event-types.json', import.meta.url), 'utf8'),
) as { families: Record<string, string[]> };
const catalogue = Object.values(families).flat();

type Fields = Record<string, unknown>;
const parts = (type: string) => {
  const { detail, event, ...rest } = makeSample(type, NOW);
  return { ...rest, detail: detail as Fields, event: event as Fields } as Record<
    'detail' | 'event',
    Fields
  > &
    Fields;
};

describe('samples', () => {
  test('every type of the catalogue has one, and nothing else has', () => {
    expect(sampleTypes().map((name) => `zen:event-type:${name}`)).toEqual(catalogue);
  });

  test.each(catalogue)('%s has the shape of its family, and times of now', (type) => {
    const sample = parts(type);
    expect(Object.keys(sample).sort()).toEqual(['detail', 'event', 'subject', 'time', 'type']);
    expect(sample).toMatchObject({ type, time: '2026-11-29T13:40:00Z' });
    expect(sample['subject']).toMatch(/^zen:[a-z_]+:\d+$/);
    const text = JSON.stringify(sample);
    expect(text).not.toMatch(/\{now/);
    // Ids are texts, as Zendesk writes them.
    expect(text).not.toMatch(/"(?:id|\w+_id)":\d/);
    for (const [time] of text.matchAll(/\d{4}-\d\d-\d\dT[^"]*/g)) {
      expect(time).toMatch(/:\d\dZ$/);
      expect(Math.abs(Date.parse(time) - NOW)).toBeLessThan(100 * 86_400_000);
    }
  });

  test.each(catalogue)('%s says in its detail what its event says', (type) => {
    const { detail, event, subject } = parts(type);
    const id = detail['id'] ?? detail['agent_id'] ?? detail['account_id'];
    expect(String(subject)).toMatch(new RegExp(`:${String(id)}$`));
    const field = /\.(\w+?)_changed$/.exec(type)?.[1] ?? '';
    const name = [field, `${field}_id`, field.replace(/_assignment$/, '_id'), 'assignee_id'].find(
      (one) =>
        Object.hasOwn(detail, one) && (one !== 'assignee_id' || field === 'agent_assignment'),
    );
    if (name === undefined || !Object.hasOwn(event, 'current')) return;
    expect(event['current']).toEqual(detail[name]);
    expect(event['previous']).not.toEqual(event['current']);
  });

  test('a family in front may be left out, and the nearest types are named', () => {
    expect(makeSample('ticket.created', NOW)).toEqual(
      makeSample('zen:event-type:ticket.created', NOW),
    );
    expect(() => makeSample('ticket.craeted', NOW)).toThrow('did you mean ticket.created');
    expect(() => makeSample('comment_added', NOW)).toThrow('did you mean ticket.comment_added');
    expect(() => makeSample('order.paid', NOW)).toThrow(/^the catalogue has no event type "order/);
    for (const type of ['', 'ticket', 'ticket.created.x', '__proto__.x', 'ticket.constructor']) {
      expect(() => makeSample(type, NOW)).toThrow('the catalogue has no event type');
    }
  });
});

describe('--set', () => {
  const set = (target: Fields, ...assignments: string[]): Fields => {
    for (const one of assignments) setAtPointer(target, one);
    return target;
  };

  test('sets values by JSON pointers, and makes what leads to them', () => {
    expect(
      set(
        { detail: { id: '1', tags: ['a', 'b'], 'x/y': 1 } },
        ...['/detail/id=9876', '/detail/tags/1=c', '/detail/tags/-=d', '/detail/x~1y=true'],
        ...['/detail/via/channel=email', '/event={"a":[1]}', '/detail/note=a=b', '/none='],
      ),
    ).toEqual({
      detail: {
        id: '9876',
        tags: ['a', 'c', 'd'],
        'x/y': true,
        via: { channel: 'email' },
        note: 'a=b',
      },
      event: { a: [1] },
      none: '',
    });
    expect(set({ a: 'text', b: 'text' }, '/a=null', '/b="quoted"')).toEqual({
      a: null,
      b: '"quoted"',
    });
  });

  test('names of prototypes are names', () => {
    const target = set({}, '/__proto__/polluted=1', '/constructor/prototype/polluted=1');
    expect(({} as Fields)['polluted']).toBeUndefined();
    expect(JSON.stringify(target)).toBe(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
  });

  test.each([
    ['detail/id=1', 'must be a JSON pointer'],
    ['/detail', 'must be a JSON pointer'],
    ['=1', 'must be a JSON pointer'],
    ['/a~2b=1', 'must be a JSON pointer'],
    ['/text/x=1', '"text" is no object'],
    ['/list/3=1', '"3" is no place in a list of 2'],
    ['/list/01=1', '"01" is no place'],
    ['/list/length=1', '"length" is no place'],
    ['/list/99999999/x=1', 'is no place'],
    ['/n=12345678901234567890', 'would be rounded'],
  ])('%s is refused', (assignment, message) => {
    expect(() => set({ text: 't', list: [1, 2] }, assignment)).toThrow(message);
  });
});

test('--data merges member by member, removes by null, and refuses what it would change', () => {
  expect(
    mergeJson(
      { a: { b: 1, c: 2 }, d: [1, 2], e: 1 },
      { a: { b: null, x: { y: null } }, d: [3], f: 2 },
    ),
  ).toEqual({ a: { c: 2, x: {} }, d: [3], e: 1, f: 2 });
  expect(exactJson('{"n": 9007199254740991}', 'x')).toEqual({ n: 9007199254740991 });
  expect(() => exactJson('{"n": 9007199254740993}', '--data x.json')).toThrow(
    '--data x.json has a number that would be rounded',
  );
  expect(() => exactJson('{', '--data x.json')).toThrow('--data x.json is not JSON');
});
