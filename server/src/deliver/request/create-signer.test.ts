import { signPayload } from '@hooktrail/sdk/signature';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSigner } from './create-signer.ts';

test('signs the check vector of the contract', () => {
  const sign = createSigner('dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==');
  expect(sign('2021-07-25T10:00:00Z', Buffer.from('{"say": "hello"}'))).toBe(
    'gf3v0LzLRHPUnIdhbvwRDVEvzSb07/QN0GYjSNlkBT0=',
  );
});

test('signs what receivers verify with the SDK', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ minLength: 1, unit: 'binary' }).filter((secret) => secret.isWellFormed()),
      fc.string(),
      fc.uint8Array({ maxLength: 300 }),
      async (secret, timestamp, body) => {
        const byNode = createSigner(secret)(timestamp, body);
        expect(byNode).toBe(await signPayload({ secret, timestamp, body }));
      },
    ),
  );
});
