import { expect, test } from 'vitest';
import { alertSubject } from './alert-subject.ts';

test.each([
  [{ kind: 'failing', webhook: { id: 'W', name: 'Orders' } }, 'Orders', '/console/webhooks/W'],
  [{ kind: 'gap', source: { id: 'S', name: 'acme' } }, 'acme', '/console/sources/S'],
  [{ kind: 'job', job: { id: 'J' } }, 'job J', '/console/jobs/J'],
  [{ kind: 'node', node: 'eu-1' }, 'node eu-1', '/console/storage'],
  [{ kind: 'storage' }, 'the storage', '/console/storage'],
  [{ kind: 'account_failing' }, 'the account', '/console/undelivered'],
])('%j is about %s', (alert, name, href) => {
  expect(alertSubject(alert)).toEqual({ name, href });
});

test('a job is named by what it does, where that is known', () => {
  const names = new Map([['J', 'Replay: status:failed']]);
  expect(alertSubject({ kind: 'job', job: { id: 'J' } }, names).name).toBe('Replay: status:failed');
});
