import { describe, expect, it } from 'vitest';
import { traceContextOf } from './trace-context.ts';
import { traceHeaders } from './trace-headers.ts';

const IDS = '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7';
const PARENT = `00-${IDS}-01`;

describe('traceContextOf', () => {
  it.each([
    ['sampled', PARENT, PARENT],
    ['not sampled', `00-${IDS}-00`, `00-${IDS}-00`],
    ['with a random id', `00-${IDS}-03`, `00-${IDS}-03`],
    ['of a later version', `01-${IDS}-ff-what-ever`, `00-${IDS}-01`],
    ['of a later version without more', `cc-${IDS}-02`, `00-${IDS}-00`],
  ])('takes one that is %s', (_, traceparent, context) => {
    expect(traceContextOf({ traceparent })).toBe(context);
  });

  it.each([
    '',
    'x',
    `ff-${IDS}-01`,
    `00-${IDS}-01-more`,
    `01-${IDS}-01more`,
    `00-${IDS}-1`,
    `00-${IDS.toUpperCase()}-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`,
    `${PARENT}, ${PARENT}`,
    ` ${PARENT}`,
    `00-${IDS}-01-${'x'.repeat(10_000)}`,
  ])('ignores %.60j', (traceparent) => {
    expect(traceContextOf({ traceparent, tracestate: 'a=1' })).toBeUndefined();
  });

  it('is undefined without headers', () => {
    expect(traceContextOf(undefined)).toBeUndefined();
    expect(traceContextOf({ tracestate: 'a=1' })).toBeUndefined();
  });

  it.each([
    ['entries', 'a=1,b@c=2', 'a=1,b@c=2'],
    ['spaces and empty entries', ' a=1 , ,b= x ', 'a=1,b= x'],
    ['a repeated header', ['a=1', 'b=2'], 'a=1,b=2'],
    ['no entries', ' , ', ''],
    ['an upper-case key', 'A=1', ''],
    ['no value', 'a=', ''],
    ['no key', '=1', ''],
    ['a key twice', 'a=1,a=2', ''],
    ['another character', 'a=é', ''],
    ['an equals sign in a value', 'a=b=c', ''],
    ['a line break', 'a=1\r\nx: y', ''],
    ['33 entries', Array.from({ length: 33 }, (_, n) => `k${n}=1`).join(), ''],
  ])('tracestate with %s', (_, tracestate, state) => {
    expect(traceContextOf({ traceparent: PARENT, tracestate })).toBe(
      state === '' ? PARENT : `${PARENT} ${state}`,
    );
  });

  it('bounds tracestate: first long entries go, then the last', () => {
    const entry = (key: string, length: number) => `${key}=${'x'.repeat(length - 2)}`;
    const state = (...entries: string[]) =>
      traceContextOf({ traceparent: PARENT, tracestate: entries.join() })?.slice(56);
    const whole = [entry('a', 128), entry('b', 128), entry('c', 128), entry('d', 125)];
    expect(state(...whole)).toHaveLength(512);
    expect(state(entry('z', 129), ...whole)).toBe(whole.join());
    expect(state(...whole, 'e=1')).toBe(whole.join());
  });
});

it('traceHeaders is the inverse', () => {
  expect(traceHeaders(PARENT)).toEqual(['traceparent', PARENT]);
  const headers = { traceparent: PARENT, tracestate: 'a=1,b= x' };
  expect(traceHeaders(traceContextOf(headers) as string)).toEqual(Object.entries(headers).flat());
});
