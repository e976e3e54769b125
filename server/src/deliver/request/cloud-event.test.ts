import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DIRECT } from '../../model/webhook.ts';
import { attributesIn, cloudAttributes, cloudHeaders, envelopeOf } from './cloud-event.ts';

const FACTS = { id: 'E', type: 'a.b', atMs: Date.UTC(2026, 0, 31) };
const of = (payload: unknown, facts: Parameters<typeof cloudAttributes>[1] = FACTS) =>
  Object.fromEntries(cloudAttributes('/s', facts, JSON.stringify(payload)));
const OWN = {
  specversion: '1.0',
  id: 'E',
  source: '/s',
  type: 'a.b',
  time: '2026-01-31T00:00:00.000Z',
};

describe('attributes', () => {
  test('are those of the published event', () => {
    const event = {
      type: 'c.d',
      id: 'own',
      time: '2026-01-01T00:00:00Z',
      subject: 'x',
      detail: {},
    };
    expect(of(event)).toEqual({
      specversion: '1.0',
      source: '/s',
      id: 'own',
      type: 'c.d',
      time: event.time,
      subject: 'x',
    });
  });

  test.each([
    ['no object', 1],
    ['null', null],
    ['a list', [{ id: 'x', type: 'y' }]],
    ['no id', { type: 'c.d', subject: 'x' }],
    ['an id that is no text', { id: 7, type: 'c.d' }],
    ['an empty type', { id: 'x', type: '' }],
    ['a type that is too long', { id: 'x', type: 'y'.repeat(256) }],
  ])('are what is known of it, for %s', (_what, payload) => expect(of(payload)).toEqual(OWN));

  test('leave out an empty or long subject, and a time that is none', () => {
    const event = { id: 'x', type: 'c.d' };
    for (const subject of ['', 's'.repeat(256), 7]) {
      expect(of({ ...event, subject })).not.toHaveProperty('subject');
    }
    for (const time of ['yesterday', '2026-01-01', 7]) {
      expect(of({ ...event, time })['time']).toBe(OWN.time);
    }
    expect(of(1, { ...FACTS, atMs: undefined })).not.toHaveProperty('time');
  });

  test('of a direct invocation are never those of its payload', () => {
    expect(of({ id: 'x', type: 'y' }, { ...FACTS, type: DIRECT })).toEqual({
      ...OWN,
      type: DIRECT,
    });
  });

  test('need JSON, or no payload at all', () => {
    expect(() => cloudAttributes('/s', FACTS, '<a/>')).toThrow('is no JSON');
    expect(Object.fromEntries(cloudAttributes('/s', FACTS, ''))).toEqual(OWN);
  });
});

test('headers are encoded as the HTTP binding has it', () => {
  const euro = 'Euro \u20ac \u{1f600}';
  const headers = cloudHeaders(
    new Map([
      ['subject', euro],
      ['id', '"a%"~!'],
    ]),
  );
  expect(headers).toEqual([
    'ce-subject',
    'Euro%20%E2%82%AC%20%F0%9F%98%80',
    'ce-id',
    '%22a%25%22~!',
  ]);
});

test('headers say again what the attributes were, whatever they are', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed());
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,20}$/), text), (given) => {
      const attributes = new Map([['specversion', '1.0'], ...Object.entries(given)]);
      const headers = cloudHeaders(attributes);
      expect(headers.every((part) => /^[!-~]*$/.test(part))).toBe(true);
      expect(attributesIn(['Accept', '*/*', ...headers])).toEqual(attributes);
    }),
  );
  expect(attributesIn(['Accept', '*/*', 'ce-id', 'x'])).toBeUndefined();
});

test('the envelope is JSON, and holds the payload as it is', () => {
  const attributes = new Map([
    ['specversion', '1.0'],
    ['subject', '"\u{1f600}\n'],
  ]);
  fc.assert(
    fc.property(fc.json(), (payload) => {
      const { head, tail } = envelopeOf(attributes, false);
      expect(JSON.parse(head + payload + tail)).toEqual({
        specversion: '1.0',
        subject: '"\u{1f600}\n',
        datacontenttype: 'application/json',
        data: JSON.parse(payload),
      });
    }),
  );
  expect(JSON.parse(envelopeOf(attributes, true).head)).not.toHaveProperty('data');
});
