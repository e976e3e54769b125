import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Role } from '../../model/account.ts';
import { PERMISSIONS } from './permissions.ts';

const read = (path: string) =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

const paths: Record<string, Record<string, { operationId: string; security?: [] }>> = JSON.parse(
  read('spec/openapi.json'),
).paths;

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, security }]) => ({
    operation: `${method.toUpperCase()} ${path}`,
    operationId,
    open: security?.length === 0,
  })),
);

test('lists exactly the operations that require a token', () => {
  const closed = operations.filter(({ open }) => !open).map(({ operationId }) => operationId);
  expect(Object.keys(PERMISSIONS).sort()).toEqual(closed.sort());
});

test('docs/access.md has the same table of roles', () => {
  const roles: Role[] = ['operator', 'admin', 'publish', 'read', 'metrics'];
  const rows = [...read('docs/access.md').matchAll(/^\| `([A-Z]+ \/\S+)` \|(.+)\|$/gm)];
  const documented = rows.map(([, operation, cells = '']) => [
    operation,
    cells.split('|').flatMap((cell, index) => (cell.trim() === 'yes' ? [roles[index]] : [])),
  ]);
  const expected = operations.flatMap(({ operation, operationId, open }) =>
    open ? [] : [[operation, roles.filter((role) => PERMISSIONS[operationId]?.includes(role))]],
  );
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected));
  expect(documented).toHaveLength(expected.length);
});
