import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS } from './errors.ts';
import { FIELD_CODES } from './field-codes.ts';

const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
const [, codes = '', fieldCodes = ''] = page.split(/^## /m);

test('docs/errors.md lists exactly the codes of ERRORS, with their statuses, in order', () => {
  const rows = [...codes.matchAll(/^\| `(\w+)` \| (\d+) \| \S/gm)];
  expect(rows.map(([, code, status]) => [code, Number(status)])).toEqual(Object.entries(ERRORS));
});

test('docs/errors.md lists exactly the field codes', () => {
  const rows = [...fieldCodes.matchAll(/^\| `(\w+)` \| \S/gm)];
  expect(rows.map(([, code]) => code)).toEqual([...FIELD_CODES]);
});
