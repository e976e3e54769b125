import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressIn,
  ipv4Text,
  ipv6Texts,
  isIn,
  networkOf,
  oddSpelling,
} from '../testing/arbitrary-address.ts';
import { SPECIAL_IPV4, SPECIAL_IPV6 } from '../testing/special-purpose-networks.ts';
import { createAddressRules } from './address-rules.ts';

const closed = createAddressRules([]);
const v4 = SPECIAL_IPV4.map(networkOf);
const v6 = SPECIAL_IPV6.map(networkOf);
const AZURE = networkOf('168.63.129.16/32');
const MAPPED = networkOf('::ffff:0:0/96').first;

/** Public addresses of each family, as numbers. */
const publicIpv4 = fc
  .bigInt(0n, (1n << 32n) - 1n)
  .filter((address) => !isIn([...v4, AZURE], address));
const publicIpv6 = addressIn(networkOf('2000::/3')).filter((address) => !isIn(v6, address));

describe('addresses that may be dialled', () => {
  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '::ffff:93.184.216.34',
    '::ffff:5db8:d822',
  ])('%s', (address) => {
    expect(closed.refusal(address)).toBeUndefined();
  });

  it('are all public unicast addresses of IPv4, mapped into IPv6 or not', () => {
    fc.assert(
      fc.property(publicIpv4, (address) => {
        expect(closed.refusal(ipv4Text(address))).toBeUndefined();
        for (const text of ipv6Texts(MAPPED + address)) {
          expect(closed.refusal(text), text).toBeUndefined();
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('are all public unicast addresses of IPv6', () => {
    fc.assert(
      fc.property(publicIpv6, (address) => {
        for (const text of ipv6Texts(address)) {
          expect(closed.refusal(text), text).toBeUndefined();
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([...SPECIAL_IPV4, ...SPECIAL_IPV6])('begin right next to %s', (cidr) => {
    const { family, first, last } = networkOf(cidr);
    const end = family === 4 ? 1n << 32n : 1n << 128n;
    for (const next of [first - 1n, last + 1n]) {
      if (next < 0n || next >= end) continue;
      const special =
        family === 4 ? isIn(v4, next) : isIn(v6, next) || !isIn([networkOf('2000::/3')], next);
      const text = family === 4 ? ipv4Text(next) : (ipv6Texts(next)[0] as string);
      expect(closed.refusal(text) !== undefined, text).toBe(special);
    }
  });
});

describe('addresses that may not', () => {
  it.each(SPECIAL_IPV4)('are all of %s, in every IPv6 notation', (cidr) => {
    fc.assert(
      fc.property(addressIn(networkOf(cidr)), (address) => {
        expect(closed.refusal(ipv4Text(address))).toMatch(/ is an? .+ address( \(.+\))?$/);
        const clothed = [
          MAPPED + address,
          address, // IPv4-compatible
          networkOf('::ffff:0:0:0/96').first + address,
          networkOf('64:ff9b::/96').first + address,
          networkOf('64:ff9b:1::/96').first + address,
          networkOf('2002::/16').first + (address << 80n),
          networkOf('2001::/32').first + (address ^ 0xffff_ffffn), // Teredo
        ];
        for (const text of clothed.flatMap(ipv6Texts)) {
          expect(closed.refusal(text), text).toBeTypeOf('string');
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each(SPECIAL_IPV6)('are all of %s', (cidr) => {
    const mapped = networkOf('::ffff:0:0/96');
    const arbitrary = addressIn(networkOf(cidr)).filter((address) => !isIn([mapped], address));
    fc.assert(
      fc.property(arbitrary, (address) => {
        for (const text of ipv6Texts(address)) {
          expect(closed.refusal(text), text).toBeTypeOf('string');
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['0.0.0.0', 'an unspecified address'],
    ['0.1.2.3', 'an unspecified address'],
    ['127.0.0.1', 'a loopback address'],
    ['10.0.0.1', 'a private address'],
    ['172.31.255.255', 'a private address'],
    ['192.168.0.1', 'a private address'],
    ['100.64.0.1', 'a carrier-grade NAT address'],
    ['100.100.100.200', 'a carrier-grade NAT address (cloud metadata)'],
    ['169.254.1.1', 'a link-local address'],
    ['169.254.169.254', 'a link-local address (cloud metadata)'],
    ['169.254.170.2', 'a link-local address (cloud metadata)'],
    ['168.63.129.16', 'a cloud metadata address'],
    ['192.0.0.1', 'a reserved address'],
    ['198.18.0.1', 'a reserved address'],
    ['203.0.113.1', 'a reserved address'],
    ['224.0.0.1', 'a multicast address'],
    ['240.0.0.1', 'a reserved address'],
    ['255.255.255.255', 'a broadcast address'],
    ['192.52.193.1', 'a special-purpose address (amt)'],
    ['::', 'an unspecified address'],
    ['::1', 'a loopback address'],
    ['::2', 'an IPv4-compatible address'],
    ['fe80::1', 'a link-local address'],
    ['fc00::1', 'a unique-local address'],
    ['fd00:ec2::254', 'a unique-local address (cloud metadata)'],
    ['fd20:ce::254', 'a unique-local address (cloud metadata)'],
    ['fec0::1', 'a site-local address'],
    ['ff02::1', 'a multicast address'],
    ['100::1', 'a discard-only address'],
    ['64:ff9b::7f00:1', 'a NAT64 address'],
    ['64:ff9b:1::7f00:1', 'a NAT64 address'],
    ['::ffff:0:7f00:1', 'an IPv4-translated address'],
    ['2002:7f00:1::', 'a 6to4 address'],
    ['2001::1', 'a Teredo address'],
    ['2001:db8::1', 'a reserved address'],
    ['3fff::1', 'a reserved address'],
    ['5f00::1', 'a segment routing address'],
    ['4000::1', 'a reserved address'],
  ])('%s is %s', (address, rule) => {
    expect(closed.refusal(address)).toBe(`${address} is ${rule}`);
  });

  it('are judged by their value, whatever the spelling', () => {
    expect(closed.refusal('::ffff:10.0.0.1')).toBe('10.0.0.1 is a private address');
    expect(closed.refusal('::FFFF:A9FE:A9FE')).toBe(
      '169.254.169.254 is a link-local address (cloud metadata)',
    );
    expect(closed.refusal('fe80::1%eth0')).toBe('fe80::1 is a link-local address');
    // ipaddr.js reads these as the mapped address, which is public.
    expect(closed.refusal('::8.8.8.8')).toBe('::808:808 is an IPv4-compatible address');
  });

  it.each(['', 'localhost', '1.1.1', '0x7f.1', '2130706433', '1.1.1.1 ', '[::1]', '1.1.1.1/32'])(
    'are all that is none: %j',
    (text) => {
      expect(closed.refusal(text)).toBe(`${JSON.stringify(text)} is not an address`);
    },
  );
});

describe('of several addresses', () => {
  it('one allowed address is enough', () => {
    expect(closed.refusalOfAll(['10.0.0.1', '1.1.1.1', '::1'])).toBeUndefined();
  });

  it('names every rule and the setting if none is allowed', () => {
    expect(closed.refusalOfAll(['10.0.0.1', '::1'])).toBe(
      '10.0.0.1 is a private address, ::1 is a loopback address; see HOOKTRAIL_ALLOWED_NETWORKS',
    );
  });

  it('names at most three', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`);
    expect(closed.refusalOfAll(many)).toBe(
      '10.0.0.0 is a private address, 10.0.0.1 is a private address, ' +
        '10.0.0.2 is a private address, and 997 more; see HOOKTRAIL_ALLOWED_NETWORKS',
    );
  });
});

describe('allowed networks', () => {
  it('allow their own addresses and nothing else', () => {
    const rules = createAddressRules(['10.1.0.0/16', 'fd00::/8', '127.0.0.1/32']);
    for (const open of [
      '10.1.0.1',
      '10.1.255.255',
      'fd12::1',
      '127.0.0.1',
      '::ffff:10.1.0.1',
      '::ffff:a01:1',
    ]) {
      expect(rules.refusal(open), open).toBeUndefined();
    }
    for (const shut of ['10.0.255.255', '10.2.0.0', '127.0.0.2', 'fc00::1', '::1', '192.168.0.1']) {
      expect(rules.refusal(shut), shut).toBeTypeOf('string');
    }
  });

  it('allow all of a network of either family, and nothing outside', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SPECIAL_IPV4, 'fc00::/7', 'fe80::/10', '::1/128').chain((cidr) => {
          const network = networkOf(cidr);
          const inside = addressIn(network);
          const other = fc.constantFrom(...v4).chain(addressIn);
          return fc.record({ cidr: fc.constant(cidr), inside, other });
        }),
        ({ cidr, inside, other }) => {
          const rules = createAddressRules([cidr]);
          const network = networkOf(cidr);
          const texts =
            network.family === 6
              ? ipv6Texts(inside)
              : [ipv4Text(inside), ...ipv6Texts(MAPPED + inside)];
          for (const text of texts) expect(rules.refusal(text), text).toBeUndefined();
          if (network.family === 4 && isIn([network], other)) return;
          expect(rules.refusal(ipv4Text(other))).toBeTypeOf('string');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('do not allow what lies behind a translating network', () => {
    const translations = ['64:ff9b::/96', '64:ff9b:1::/48', '::ffff:0:0:0/96', '2002::/16'];
    const rules = createAddressRules(translations);
    for (const [open, shut] of [
      ['64:ff9b::5db8:d822', '64:ff9b::a00:1'],
      ['64:ff9b:1::5db8:d822', '64:ff9b:1::a00:1'],
      ['::ffff:0:5db8:d822', '::ffff:0:a00:1'],
      ['2002:5db8:d822::1', '2002:a00:1::1'],
    ] as const) {
      expect(rules.refusal(open), open).toBeUndefined();
      expect(rules.refusal(shut)).toBe(`10.0.0.1 is a private address (in ${shut})`);
      const both = createAddressRules([...translations, '10.0.0.0/8']);
      expect(both.refusal(shut), shut).toBeUndefined();
    }
  });

  describe('that are all of IPv6 do not allow the private IPv4 address', () => {
    const rules = createAddressRules(['::/0']);
    it.each([
      ['of a Teredo server', '2001:0:a00:1::'],
      ['of a Teredo client', '2001:0:5db8:d822:0:0:f5ff:fffe'],
      ['in an IPv4-compatible address', '::10.0.0.1'],
      ['of NAT64', '64:ff9b::10.0.0.1'],
      ['of NAT64 with a local prefix of 96 bits', '64:ff9b:1::10.0.0.1'],
      ['of NAT64 with a local prefix of 48 bits', '64:ff9b:1:a00:0:100::'],
      ['of NAT64 with a local prefix of 48 bits and a suffix', '64:ff9b:1:a00:0:100:5db8:d822'],
      ['of NAT64 with a local prefix of 56 bits', '64:ff9b:1:a:0:1::'],
      ['of NAT64 with a local prefix of 64 bits', '64:ff9b:1:c8:a:0:100:0'],
      ['of a stateless translator', '::ffff:0:10.0.0.1'],
      ['of 6to4', '2002:a00:1::1'],
      ['mapped into IPv6', '::ffff:10.0.0.1'],
      ['of ISATAP', 'fe80::5efe:10.0.0.1'],
      ['of ISATAP behind 6to4', '2002:5db8:d822::5efe:10.0.0.1'],
      ['of ISATAP, marked as unique', 'fd00::200:5efe:10.0.0.1'],
    ])('%s', (_what, address) => {
      expect(rules.refusal(address)).toMatch(/^10\.0\.0\.1 is a private address/);
      const both = createAddressRules(['::/0', '0.0.0.0/0']);
      expect(both.refusal(address)).toBeUndefined();
    });

    it.each([
      '::',
      '::1',
      'fe80::1',
      'fd00::1',
      '2001:0:5db8:d822:0:0:a247:27dd',
      '::93.184.216.34',
      '64:ff9b:1::93.184.216.34',
      '2002:5db8:d822::1',
      'fe80::5efe:93.184.216.34',
    ])('and allow %s', (address) => {
      expect(rules.refusal(address)).toBeUndefined();
    });
  });

  it('tell by their length where a local NAT64 prefix ends', () => {
    const address = '64:ff9b:1:a00::93.184.216.34';
    expect(createAddressRules(['64:ff9b:1::/48']).refusal(address)).toContain('10.0.0.0');
    expect(createAddressRules(['64:ff9b:1:a00::/96']).refusal(address)).toBeUndefined();
    expect(createAddressRules(['64:ff9b:1:a00::/96']).refusal('64:ff9b:1:a00::10.0.0.1')).toContain(
      '10.0.0.1 is a private address',
    );
  });

  it('are not needed to see the address inside: ISATAP has any prefix', () => {
    expect(closed.refusal('2606:4700::5efe:10.0.0.1')).toBe(
      '10.0.0.1 is a private address (in 2606:4700::5efe:a00:1)',
    );
    expect(closed.refusal('2606:4700::200:5efe:5db8:d822')).toBeUndefined();
  });

  it('may be all networks', () => {
    const rules = createAddressRules(['0.0.0.0/0', '::/0']);
    for (const open of ['127.0.0.1', '169.254.169.254', '::', '::1', 'fe80::1', '64:ff9b::a00:1']) {
      expect(rules.refusal(open), open).toBeUndefined();
    }
  });
});

describe('an origin', () => {
  const refusal = (url: string, rules = closed) => rules.originRefusal(new URL(url));

  it('is refused for its address, in every spelling of a URL', () => {
    const spelled = fc
      .constantFrom(...v4)
      .chain(addressIn)
      .chain((address) => fc.record({ address: fc.constant(address), text: oddSpelling(address) }));
    fc.assert(
      fc.property(spelled, ({ address, text }) => {
        expect(refusal(`http://${text}/`)).toContain(`${ipv4Text(address)} is a`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not refused for a public address, in any spelling', () => {
    const spelled = publicIpv4.chain(oddSpelling);
    fc.assert(
      fc.property(spelled, (text) => {
        expect(refusal(`http://${text}/`)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'api.localhost',
    'a.b.localhost.',
    'ｌocalhost',
  ])('is refused for a name that is always loopback: %s', (host) => {
    expect(refusal(`https://${host}/`)).toBe(
      '127.0.0.1 is a loopback address, ::1 is a loopback address; see HOOKTRAIL_ALLOWED_NETWORKS',
    );
    expect(refusal(`https://${host}/`, createAddressRules(['::1/128']))).toBeUndefined();
  });

  it.each(['example.com', 'example.com.', 'localhost.example.com', 'notlocalhost', 'billing'])(
    'is not refused for another name: %s',
    (host) => {
      expect(refusal(`https://${host}/`)).toBeUndefined();
    },
  );

  it('is refused for port 0, which a connection would fail at each time', () => {
    for (const url of ['http://127.0.0.1:0/', 'https://example.com:00/', 'http://[::1]:0/']) {
      const open = createAddressRules(['0.0.0.0/0', '::/0']);
      expect(refusal(url, open), url).toBe('port 0 accepts no connections');
    }
  });

  it('is refused for its port if ports are restricted, even for a default port', () => {
    const rules = createAddressRules(
      ['10.0.0.0/8'],
      [
        { first: 443, last: 443 },
        { first: 8000, last: 8999 },
      ],
    );
    for (const open of [
      'https://example.com/',
      'http://example.com:443/',
      'http://10.0.0.1:8000/',
      'http://example.com:8999/',
    ]) {
      expect(refusal(open, rules), open).toBeUndefined();
    }
    for (const [url, port] of [
      ['http://example.com/', 80],
      ['https://example.com:444/', 444],
      ['https://example.com:22/', 22],
      ['http://example.com:7999/', 7999],
      ['http://10.0.0.1:9000/', 9000],
    ] as const) {
      expect(refusal(url, rules)).toBe(`port ${port} is not allowed; see HOOKTRAIL_ALLOWED_PORTS`);
    }
    expect(refusal('https://example.com:22/')).toBeUndefined();
  });
});
