import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';
import { testCertificate } from '@hooktrail/harness/test-certificate';
import { afterEach, expect, it, vi } from 'vitest';
import { TlsClient } from './tls-client.ts';

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

it('keeps a bounded number of contexts, those that were used last', () => {
  const { createSecureContext } = tls;
  const made: unknown[] = [];
  vi.spyOn(tls, 'createSecureContext').mockImplementation((options) => {
    made.push(options?.cert);
    return createSecureContext(options);
  });
  syncBuiltinESMExports();
  const [ann, bob, carl] = ['ann', 'bob', 'carl'].map((id) => {
    const { cert, key } = testCertificate({ names: [id] });
    return { id, certificate: cert, privateKey: key };
  });
  const client = new TlsClient(2);
  for (const identity of [ann, ann, bob, ann, carl, ann, bob]) {
    const origin = new URL('https://127.0.0.1:1');
    const socket = client.connect({ host: '127.0.0.1', port: 1 }, origin, identity);
    socket.on('error', () => undefined).destroy();
  }
  // Carl's took the place of bob's, and bob's then that of carl's.
  expect(made).toEqual([ann, bob, carl, bob].map((identity) => identity?.certificate));
});
