import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS } from './errors.ts';
import { FIELD_CODES } from './field-codes.ts';

const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
const [, codes = '', fieldCodes = ''] = page.split(/^## /m);

test('docs/errors.md has every code with its status, in the order of the table, and no other', () => {
  const rows = [...codes.matchAll(/^\| `(\w+)` \| (\d+) \| \S/gm)];
  expect(rows.map(([, code, status]) => [code, Number(status)])).toEqual(Object.entries(ERRORS));
});

test('docs/errors.md has every field code and no other', () => {
  const rows = [...fieldCodes.matchAll(/^\| `(\w+)` \| \S/gm)];
  expect(rows.map(([, code]) => code)).toEqual([...FIELD_CODES]);
});
