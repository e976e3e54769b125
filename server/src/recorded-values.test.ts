import { readFileSync } from 'node:fs';
import { ERROR_CLASSES, STATUSES, TRIGGERS } from '@hooktrail/sdk/query';
import { describe, expect, it } from 'vitest';
import { ERROR_CLASSES as RECORDED_CLASSES } from './http-client/classify-error.ts';
import { DELIVERY_STATUSES } from './model/delivery-status.ts';

const sorted = (names: Iterable<string>) => [...names].sort();

describe('the closed lists of the query language', () => {
  it('have the error classes that are recorded', () => {
    expect(sorted(Object.keys(ERROR_CLASSES))).toEqual(sorted(RECORDED_CLASSES));
  });

  it('have the statuses that are recorded, and one of Zendesk', () => {
    expect(sorted(Object.keys(STATUSES))).toEqual(sorted([...DELIVERY_STATUSES, 'terminated']));
  });

  it('have the triggers that the API shows', () => {
    const openapi = readFileSync(new URL('../../spec/openapi.json', import.meta.url), 'utf8');
    const found = [...openapi.matchAll(/"trigger":\s*\{[^}]*?"enum":\s*\[([^\]]*)\]/g)];
    const shown = found.flatMap(([, values]) => JSON.parse(`[${values}]`));
    expect(shown).toContain('manual');
    expect(Object.keys(TRIGGERS)).toEqual(expect.arrayContaining(shown));
  });
});
