import { describe, expect, it } from 'vitest';
import { createAddressRules } from './address-rules.ts';

const closed = createAddressRules([]);

describe('addresses that may be dialled', () => {
  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '::ffff:93.184.216.34',
  ])('%s', (address) => {
    expect(closed.refusal(address)).toBeUndefined();
  });
});

describe('addresses that may not', () => {
  it.each([
    // this host and this network
    '0.0.0.0',
    '0.1.2.3',
    '127.0.0.1',
    '127.255.255.254',
    '::',
    '::1',
    // private, shared, link-local
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    'fe80::1',
    'febf::1',
    'fc00::1',
    'fd12:3456::1',
    // for protocols, tests and documents
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '2001:db8::1',
    '100::1',
    // many at once
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    'ff02::1',
    // IPv4 in the clothes of IPv6
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    '::127.0.0.1',
    '::10.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::10.0.0.1',
    '2002:7f00:1::',
    '2002:a00:1::1',
    '2001::1',
    // once site-local
    'fec0::1',
  ])('%s', (address) => {
    expect(closed.refusal(address)).toMatch(/is an? .+ address$/);
  });
});

describe('networks that are opened', () => {
  it('opens what they hold and nothing beside', () => {
    const rules = createAddressRules(['10.1.0.0/16', 'fd00::/8', '127.0.0.1/32']);
    for (const open of ['10.1.0.1', '10.1.255.255', 'fd12::1', '127.0.0.1', '::ffff:10.1.0.1']) {
      expect(rules.refusal(open), open).toBeUndefined();
    }
    for (const shut of ['10.0.255.255', '10.2.0.0', '127.0.0.2', 'fc00::1', '::1', '192.168.0.1']) {
      expect(rules.refusal(shut), shut).toBeTypeOf('string');
    }
  });

  it('tells what was refused', () => {
    expect(closed.refusal('::ffff:10.0.0.1')).toBe('10.0.0.1 is a private address');
  });
});
