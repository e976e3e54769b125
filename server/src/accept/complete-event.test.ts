import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { completeEvent } from './complete-event.ts';

const ID = '01HQ3V8Z6J5X2K9W7T4R1P0N8M';
const defaults = { accountId: 42, id: ID, timeMs: Date.parse('2024-05-01T10:00:00.123Z') };

const filled = {
  account_id: 42,
  detail: {},
  event: {},
  id: ID,
  subject: `hooktrail:event:${ID}`,
  time: '2024-05-01T10:00:00.123Z',
  zendesk_event_version: '2022-11-06',
};

function complete(text: string) {
  const result = completeEvent(text, defaults);
  if (result === undefined) throw new Error(`refused ${text.slice(0, 200)}`);
  return result;
}

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const objectText = fc
  .tuple(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), fc.nat(3))
  .map(([value, indent]) => JSON.stringify(value, null, indent));
const exactObject = fc.constantFrom(
  '{"big":12345678901234567890,"exact":1.10,"huge":1e400,"minus":-0}',
  '{"escaped":"\\u00e9\\/\\u0000\\ud800","plain":"é😀\u2028"}',
  '{"z":1,"a":2,"10":3,"2":4,"__proto__":{"x":1},"z":5}',
  '{"brackets":"]}\\"{[:,\\\\","next":"\\\\\\""}',
);
const shortText = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((text) => JSON.stringify(text));

/** Generators for the JSON text of each optional field. */
const optional = {
  id: fc.stringMatching(/^[!-~]{1,40}$/).map((text) => JSON.stringify(text)),
  subject: shortText,
  time: fc.constantFrom('"2023-09-18T12:00:00Z"', '"2024-02-29T23:59:59.123456789Z"'),
  detail: fc.oneof(objectText, exactObject),
  event: fc.oneof(objectText, exactObject),
  account_id: fc.constantFrom('1', '0', '-7', '9007199254740991', '22.0', '1e3'),
  zendesk_event_version: shortText,
};

const posted = fc
  .record(optional, { requiredKeys: [] })
  .chain((given) => {
    const all = { ...given, type: '"zen:event-type:ticket.created"' } as Record<string, string>;
    return fc.record({
      values: fc.constant(all),
      order: fc.shuffledSubarray(Object.keys(all), { minLength: Object.keys(all).length }),
      escapeKeys: fc.boolean(),
      spaces: fc.array(space, { minLength: 6, maxLength: 6 }),
    });
  })
  .map(({ values, order, escapeKeys, spaces: [a, b, c, d, e, f] }) => {
    const members = order.map((key) => {
      const name = escapeKeys ? `\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}` : key;
      return `${a}"${name}"${b}:${c}${values[key]}${d}`;
    });
    return { values, text: `${e}{${members.join(',')}}${f}` };
  });

describe('completeEvent', () => {
  it('adds the missing fields and changes no posted byte', () => {
    fc.assert(
      fc.property(posted, ({ text, values }) => {
        const { event, givenId } = complete(text);
        const input = JSON.parse(text);
        const id = input.id ?? ID;
        const expected = { ...filled, subject: `hooktrail:event:${id}`, ...input };

        expect(JSON.parse(event.body)).toEqual(expected);
        expect(event.id).toBe(id);
        expect(event.type).toBe(input.type);
        expect(givenId).toBe(input.id);

        const brace = text.lastIndexOf('}');
        expect(event.body.startsWith(text.slice(0, brace))).toBe(true);
        expect(event.body.endsWith(text.slice(brace))).toBe(true);
        for (const raw of Object.values(values)) expect(event.body).toContain(raw);
      }),
      { numRuns: 2_000 },
    );
  });

  it('inserts the missing fields in one place, in a fixed order', () => {
    expect(complete('{"type":"order.paid" }\n').event.body).toBe(
      '{"type":"order.paid" ,"account_id":42,"detail":{},"event":{},' +
        `"id":"${ID}","subject":"hooktrail:event:${ID}","time":"2024-05-01T10:00:00.123Z",` +
        '"zendesk_event_version":"2022-11-06"}\n',
    );
  });

  it('leaves a complete event unchanged', () => {
    const text = JSON.stringify({ ...filled, type: 'order.paid' }, null, 2);
    expect(complete(text).event.body).toBe(text);
  });

  it('escapes quotes and backslashes of an id in the subject', () => {
    const { event } = complete(String.raw`{"type":"order.paid","id":"a\"b\\c"}`);
    expect(JSON.parse(event.body)).toMatchObject({
      id: 'a"b\\c',
      subject: 'hooktrail:event:a"b\\c',
    });
  });

  it('counts characters, not UTF-16 units', () => {
    const subject = '😀'.repeat(255);
    expect(
      JSON.parse(complete(JSON.stringify({ type: 'order.paid', subject })).event.body),
    ).toEqual({ ...filled, type: 'order.paid', subject });
  });

  it('refuses a repeated field, even with an escaped name', () => {
    expect(completeEvent('{"type":"a.b","type":"a.b"}', defaults)).toBeUndefined();
    expect(completeEvent('{"type":"a.b","t\\u0079pe":"order.paid"}', defaults)).toBeUndefined();
    // Inside the event's own data, repeated names are sent as posted.
    expect(complete('{"type":"a.b","detail":{"x":1,"x":2}}').event.body).toContain('{"x":1,"x":2}');
  });

  it('does not take a type from __proto__', () => {
    expect(completeEvent('{"__proto__":{"type":"order.paid"}}', defaults)).toBeUndefined();
  });

  it('accepts 64 levels, and refuses 65 or more without parsing them', () => {
    const nested = (levels: number) =>
      `{"type":"order.paid","detail":{"x":${'['.repeat(levels - 2)}${']'.repeat(levels - 2)}}}`;
    expect(complete(nested(64)).event.type).toBe('order.paid');
    const parse = vi.spyOn(JSON, 'parse');
    for (const text of [nested(65), nested(400_000), '['.repeat(2e7), '{"a":'.repeat(1e6)]) {
      // A text that counts which of its characters are looked at.
      let looked = 0;
      const counting = Object.assign(Object.create(null), {
        length: text.length,
        charCodeAt(index: number) {
          looked++;
          return text.charCodeAt(index);
        },
        indexOf: (found: string, from: number) => text.indexOf(found, from),
      }) as string;
      expect(completeEvent(counting, defaults)).toBeUndefined();
      expect(looked).toBeLessThan(500);
      expect(completeEvent(text, defaults)).toBeUndefined();
    }
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    // Brackets in strings do not count as levels.
    expect(complete(`{"type":"order.paid","subject":"${'['.repeat(200)}"}`).event.id).toBe(ID);
  });
});
