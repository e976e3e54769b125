import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type EventTypes, makeEvents } from './make-events.ts';
import { SCENES } from './scenes.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const spec = new URL('../../spec/event-types.json', import.meta.url);
const types = JSON.parse(await readFile(spec, 'utf8')) as EventTypes;

test('makes 500 events of types that Zendesk documents, each with its own id', () => {
  const events = makeEvents(types, NOW_MS);
  const documented = Object.values(types.families).flat();
  expect(events).toHaveLength(500);
  expect(new Set(events.map(({ id }) => id)).size).toBe(500);
  expect(events.filter(({ type }) => !documented.includes(type))).toEqual([]);
  for (const { type, subject, detail } of events) {
    const family = /^zen:event-type:(\w+)\./.exec(type)?.[1];
    expect(subject).toBe(`zen:${family}:${detail['id']}`);
  }
});

test('makes the same events in every run', () => {
  expect(makeEvents(types, NOW_MS)).toEqual(makeEvents(types, NOW_MS));
});

test('has events for every webhook of the demo, and few for the one that never answers', () => {
  const events = makeEvents(types, NOW_MS);
  for (const { name, subscription } of SCENES) {
    const matching = events.filter(({ type }) => type.startsWith(subscription.replace('*', '')));
    expect(matching.length, name).toBeGreaterThanOrEqual(5);
    if (name === 'Never answers') expect(matching.length).toBeLessThan(20);
  }
});

test('names the type that is missing from the catalogue', () => {
  expect(() => makeEvents({ families: { ticket: [] } }, NOW_MS)).toThrow('has no ticket');
});
