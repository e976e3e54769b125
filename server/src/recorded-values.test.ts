import { readdirSync, readFileSync } from 'node:fs';
import { ERROR_CLASSES, REASONS, STATUSES, TRIGGERS } from '@hooktrail/sdk/query';
import { describe, expect, it } from 'vitest';
import { DELIVERY_STATUSES } from './model/delivery-status.ts';
import { ERROR_CLASSES as RECORDED_CLASSES } from './model/error-class.ts';
import { REASON_CODES, WEBHOOK_REASONS } from './model/reason-code.ts';

const sorted = (names: Iterable<string>) => [...names].sort();

describe('the closed lists of the query language', () => {
  it('have the error classes that are recorded', () => {
    expect(sorted(Object.keys(ERROR_CLASSES))).toEqual(sorted(RECORDED_CLASSES));
  });

  it('have the statuses that are recorded, and one of Zendesk', () => {
    expect(sorted(Object.keys(STATUSES))).toEqual(sorted([...DELIVERY_STATUSES, 'terminated']));
  });

  it('have the reasons that are recorded, and those of a webhook', () => {
    expect(sorted(Object.keys(REASONS))).toEqual(sorted([...REASON_CODES, ...WEBHOOK_REASONS]));
  });

  it('have no reason that nothing records', () => {
    const recorded = ['deliver', 'gates', 'sql'].flatMap((folder) =>
      readdirSync(new URL(folder, import.meta.url), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => readFileSync(new URL(`${folder}/${file}`, import.meta.url), 'utf8')),
    );
    const unused = REASON_CODES.filter(
      (code) => !recorded.some((text) => text.includes(`'${code}'`)),
    );
    expect(unused).toEqual([]);
  });

  it('have the triggers that the API shows', () => {
    const openapi = readFileSync(new URL('../../spec/openapi.json', import.meta.url), 'utf8');
    const found = [...openapi.matchAll(/"trigger":\s*\{[^}]*?"enum":\s*\[([^\]]*)\]/g)];
    const shown = found.flatMap(([, values]) => JSON.parse(`[${values}]`));
    expect(shown).toContain('manual');
    // A resend stands beside what the service did, and is never the latest attempt of an invocation.
    const causes = shown.filter((trigger) => trigger !== 'resend');
    expect(Object.keys(TRIGGERS)).toEqual(expect.arrayContaining(causes));
  });
});
