import { expect, test } from 'vitest';
import { EMPTY_EXPORT, exportInput } from './export-draft.ts';

test('leaves out what the node does by itself, and says that an empty query means everything', () => {
  expect(exportInput('code:5xx', EMPTY_EXPORT)).toEqual({
    kind: 'export',
    of: 'invocations',
    query: 'code:5xx',
  });
  expect(exportInput(' ', { ...EMPTY_EXPORT, reason: ' ' })).toEqual({
    kind: 'export',
    of: 'invocations',
    all: true,
  });
});

test('says all that was chosen', () => {
  const draft = { format: 'csv', bodies: false, role: 'read', reason: ' audit ' } as const;
  expect(exportInput('code:5xx', { of: 'attempts', ...draft })).toEqual({
    kind: 'export',
    of: 'attempts',
    query: 'code:5xx',
    format: 'csv',
    bodies: false,
    role: 'read',
    reason: 'audit',
  });
});

test('invocations have no bodies to leave out: the node would refuse the field', () => {
  expect(exportInput('code:5xx', { ...EMPTY_EXPORT, bodies: false })).not.toHaveProperty('bodies');
});
