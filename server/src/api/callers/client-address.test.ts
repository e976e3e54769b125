import { describe, expect, test } from 'vitest';
import { clientAddress, clientNetwork } from './client-address.ts';

describe('client addresses', () => {
  const of = (ip: string, remoteAddress = '192.0.2.1') =>
    clientAddress({ ip, socket: { remoteAddress } } as Parameters<typeof clientAddress>[0]);

  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['nonsense', '192.0.2.1'],
    ['', '192.0.2.1'],
  ])('%j is %s', (ip, address) => expect(of(ip)).toBe(address));

  test('a closed connection has none', () => expect(of('', '')).toBe('unknown'));

  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, network) => expect(clientNetwork(address)).toBe(network));
});
