import type { Inbox } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import { inboxChangesOf, inboxDraftOf, inboxInputOf, keptInboxDraft } from './inbox-draft.ts';

const INBOX = {
  id: '01J0000000000000000000000A',
  name: 'Zendesk',
  scheme: 'zendesk',
  secretsCount: 2,
  toleranceSeconds: 300,
  defaultType: 'zendesk.ticket',
} as unknown as Inbox;

const base = inboxDraftOf(INBOX);

test('a new inbox has its secrets; one without signatures has none', () => {
  const written = { ...inboxDraftOf(), name: 'Shop', secrets: 'first\nsecond ' };
  expect(inboxInputOf(written)).toEqual({
    name: 'Shop',
    scheme: 'zendesk',
    secrets: ['first', 'second'],
    toleranceSeconds: 300,
    defaultType: 'inbox.received',
    typeHeader: null,
    idHeader: null,
  });
  const open = { ...written, scheme: 'none', idHeader: 'X-Delivery', tolerance: '1 h' };
  expect(inboxInputOf(open)).toMatchObject({
    secrets: [],
    idHeader: 'X-Delivery',
    toleranceSeconds: 3_600,
  });
});

test('an edit without secrets leaves the stored ones', () => {
  expect(inboxChangesOf(base, base)).toEqual({});
  expect(inboxChangesOf({ ...base, tolerance: '1 min' }, base)).toEqual({ toleranceSeconds: 60 });
  expect(inboxChangesOf({ ...base, secrets: 'new' }, base)).toEqual({ secrets: ['new'] });
  expect(inboxChangesOf({ ...base, scheme: 'none' }, base)).toEqual({
    scheme: 'none',
    secrets: [],
  });
});

test('a tolerance that is no time is refused, with what was written', () => {
  expect(() => inboxInputOf({ ...base, tolerance: 'soon' })).toThrow('got soon');
});

test('a browser keeps no secret', () => {
  expect(keptInboxDraft({ ...base, name: 'Shop', secrets: 'hush' }, base)).toEqual({
    name: 'Shop',
  });
});
