import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPE_PATTERN, isSubscription, MAX_EVENT_TYPE_LENGTH } from './event-type.ts';

const catalogue: { families: Record<string, string[]> } = JSON.parse(
  readFileSync(new URL('../../../spec/event-types.json', import.meta.url), 'utf8'),
);
const known = Object.values(catalogue.families).flat();

const longest = `a.${'b'.repeat(253)}`;

/** As the schema of an event checks it. */
const isEventType = (text: string) =>
  text.length <= MAX_EVENT_TYPE_LENGTH && new RegExp(EVENT_TYPE_PATTERN).test(text);

describe('EVENT_TYPE_PATTERN', () => {
  it('accepts every type of the catalogue', () => {
    expect(known.length).toBeGreaterThan(100);
    expect(known.filter((type) => !isEventType(type))).toEqual([]);
  });

  it.each([
    'order.paid',
    'acme.orders.paid',
    'A-1.b_2',
    'zen:event-type:new_subject.thing',
    longest,
  ])('accepts %s', (type) => expect(isEventType(type)).toBe(true));

  it.each([
    '',
    'order',
    '.paid',
    'order.',
    'order..paid',
    'order.*',
    '*',
    'order paid',
    'order.päid',
    'order.paid\n',
    'order.paid\u0000',
    'zen:event-type:ticket',
    'zen:event-type:',
    'zen:event:ticket.created',
    'zen:event-type:zen:event-type:ticket.created',
    'conditional_ticket_events',
    `${longest}b`,
  ])('refuses %j', (type) => expect(isEventType(type)).toBe(false));
});

describe('isSubscription', () => {
  it.each([
    ...known.slice(0, 3),
    'conditional_ticket_events',
    'order.paid',
    'order.*',
    'acme.orders.*',
    'zen:event-type:ticket.*',
    'zen:event-type:*',
    '*',
    longest,
  ])('accepts %s', (text) => expect(isSubscription(text)).toBe(true));

  it.each([
    '',
    'order',
    'order*',
    'order.pa*',
    '*.paid',
    'order.*.paid',
    'order.**',
    '**',
    '.*',
    'zen:*',
    'zen:event-type:ticket*',
    'order.*\n',
    `${longest}b`,
  ])('refuses %j', (text) => expect(isSubscription(text)).toBe(false));

  it('refuses a long near-match without backtracking', () => {
    // With backtracking none of them would end: each segment would double the work.
    expect(isSubscription(`${'a.'.repeat(100_000)}!`)).toBe(false);
    expect(isSubscription(`${'a.'.repeat(120)}!`)).toBe(false);
    expect(isSubscription(`${'a-'.repeat(120)}!`)).toBe(false);
    expect(isEventType(`${'a-'.repeat(120)}!`)).toBe(false);
  });
});
