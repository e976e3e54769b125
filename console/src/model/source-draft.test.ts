import type { Source } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import { keptSourceDraft, sourceChangesOf, sourceDraftOf, sourceInputOf } from './source-draft.ts';

const SOURCE = {
  id: '01J0000000000000000000000A',
  name: 'acme',
  baseUrl: 'https://acme.zendesk.com',
  credentials: { type: 'api_token', email: 'admin@acme.example' },
  bodies: { policy: 'failures' },
  budgetShare: 70,
  masking: { enabled: true, headers: [], fields: ['iban'] },
  resendSecrets: 'given',
} as unknown as Source;

const EMPTY = sourceDraftOf();
const base = sourceDraftOf(SOURCE);

test('a new source has what was written, and nothing of what was left empty', () => {
  const written = {
    ...EMPTY,
    name: ' acme ',
    subdomain: 'acme',
    email: 'a@b.example',
    secret: 't',
  };
  expect(sourceInputOf(written)).toEqual({
    name: 'acme',
    subdomain: 'acme',
    credentials: { email: 'a@b.example', apiToken: 't' },
    bodies: { policy: 'failures' },
    budgetShare: 70,
    masking: { enabled: true, headers: [], fields: [] },
    resendSecrets: 'none',
  });
  const other = {
    ...written,
    at: 'server' as const,
    baseUrl: 'https://hooks.example',
    credentials: 'access_token' as const,
    bodies: 'sample',
    every: '20',
    keepMonths: '12',
    webhooks: 'one\n\ntwo',
    resend: 'given' as const,
    resendSecrets: 'one  a secret with spaces\n two s2',
  };
  expect(sourceInputOf(other)).toMatchObject({
    baseUrl: 'https://hooks.example',
    credentials: { accessToken: 't' },
    bodies: { policy: 'sample', every: 20 },
    keepMonths: 12,
    webhooks: ['one', 'two'],
    resendSecrets: { one: 'a secret with spaces', two: 's2' },
  });
  expect(sourceInputOf(other)).not.toHaveProperty('subdomain');
});

test('an edit changes only what differs, and leaves stored secrets as they are', () => {
  expect(sourceChangesOf(base, base)).toEqual({});
  expect(sourceChangesOf({ ...base, budgetShare: '50', keepMonths: '3' }, base)).toEqual({
    budgetShare: 50,
    keepMonths: 3,
  });
  const moved = { ...base, at: 'server' as const, baseUrl: 'https://hooks.example' };
  expect(sourceChangesOf(moved, base)).toEqual({ baseUrl: 'https://hooks.example' });
  expect(sourceChangesOf({ ...base, resend: 'none' }, base)).toEqual({ resendSecrets: 'none' });
});

test.each([
  [{ budgetShare: 'half' }, 'must be a whole number, got half'],
  [{ bodies: 'sample', every: '' }, 'One in must be a whole number, got nothing'],
  [{ keepMonths: '1.5' }, 'got 1.5'],
])('%j is refused', (changes, message) => {
  const said = message.replace('One in', 'one in');
  expect(() => sourceInputOf({ ...EMPTY, ...changes })).toThrow(said);
});

test('a line that may be a secret is named by its number', () => {
  const draft = { ...EMPTY, resend: 'given' as const, resendSecrets: 'one ok\ns3cret' };
  expect(() => sourceInputOf(draft)).toThrow('Line 2 of the signing secrets');
  expect(() => sourceInputOf(draft)).not.toThrow('s3cret');
});

test('a browser keeps no secret', () => {
  const draft = {
    ...base,
    name: 'sales',
    secret: 'hush',
    resendSecrets: 'one hush',
    baseUrl: 'https://user:hush@hooks.example',
  };
  expect(keptSourceDraft(draft, base)).toEqual({ name: 'sales' });
});
