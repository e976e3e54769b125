import { expect, test } from 'vitest';
import { isViewShown, viewAddress, viewQuery, viewSearch } from './view-address.ts';

test('a view keeps the query and the order, and its columns apart', () => {
  expect(viewSearch('q=status%3Afailed&cols=created%2Cwhy&sort=-latest')).toBe(
    'q=status%3Afailed&sort=-latest',
  );
  expect(
    viewAddress('invocations', { search: 'q=status%3Afailed', columns: ['created', 'why'] }),
  ).toBe('/console/invocations?q=status%3Afailed&cols=created%2Cwhy');
  expect(viewAddress('invocations', { search: '', columns: [] })).toBe('/console/invocations');
});

test('leads nowhere else, whatever its search says', () => {
  const address = viewAddress('invocations', {
    search: '#/../../x?y=//evil.example',
    columns: ['"><img>'],
  });
  expect(new URL(address, 'http://node').pathname).toBe('/console/invocations');
  expect(new URL(address, 'http://node').hash).toBe('');
});

test('is the one that is shown if query, order and columns are the same', () => {
  const view = { search: 'q=a&sort=created', columns: ['created', 'why'] };
  expect(
    isViewShown(view, { search: 'q=a&sort=created&cols=x', columns: ['created', 'why'] }),
  ).toBe(true);
  expect(isViewShown(view, { ...view, columns: ['created'] })).toBe(false);
  expect(isViewShown(view, { ...view, search: 'q=a' })).toBe(false);
  expect(isViewShown({ ...view, columns: [] }, { ...view, columns: ['id'] })).toBe(true);
});

test('belongs to its screen, and says what narrows it', () => {
  expect(viewAddress('undelivered', { search: 'q=webhook%3Aorders', columns: [] })).toBe(
    '/console/undelivered?q=webhook%3Aorders',
  );
  expect(viewQuery('undelivered', 'q=webhook%3Aorders')).toBe('webhook:orders');
  expect(viewQuery('events', 'type=ticket.*&q=x')).toBe('ticket.*');
  expect(viewQuery('audit', '')).toBe('');
});
