import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { PortRange } from '../model/port-range.ts';
import { addressesInside } from './addresses-inside.ts';
import { isLoopbackName, LOOPBACK_ADDRESSES } from './loopback-name.ts';

/** What is dialled, in the parts of a `URL`. */
export interface DialledOrigin {
  readonly protocol: string;
  /** With the port, unless it is the protocol's default. */
  readonly host: string;
  readonly hostname: string;
  /** Empty for the protocol's default. */
  readonly port: string;
}

/**
 * Decides where deliveries may go. The only guard: checked when a webhook is saved and when it is
 * dialled.
 */
export interface AddressRules {
  /** Why an address is refused; undefined if it may be dialled. */
  refusal(address: string): string | undefined;
  /** Why none of these addresses may be dialled; undefined if some may. */
  refusalOfAll(addresses: readonly string[]): string | undefined;
  /**
   * Why an origin is refused before any look-up: for its port, or because its host is an address.
   */
  originRefusal(origin: DialledOrigin): string | undefined;
}

type Parsed = ipaddr.IPv4 | ipaddr.IPv6;

/** The words for the ranges of ipaddr.js in a refusal. */
const RANGES: Readonly<Record<string, string>> = {
  unspecified: 'an unspecified address',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'a loopback address',
  carrierGradeNat: 'a carrier-grade NAT address',
  private: 'a private address',
  reserved: 'a reserved address',
  uniqueLocal: 'a unique-local address',
  deprecatedSiteLocal: 'a site-local address',
  discard: 'a discard-only address',
  rfc6145: 'an IPv4-translated address',
  rfc6052: 'a NAT64 address',
  '6to4': 'a 6to4 address',
  teredo: 'a Teredo address',
  deprecatedOrchid: 'an ORCHID address',
  orchid2: 'an ORCHID address',
  segmentRouting: 'a segment routing address',
};

/**
 * Where clouds hand out credentials to any caller inside. All but Azure's 168.63.129.16 are in
 * ranges that are refused anyway; naming them shows an operator what was tried.
 */
const METADATA: ReadonlySet<string> = new Set([
  '169.254.169.254', // AWS, Google, Azure, DigitalOcean, Hetzner, ...
  '169.254.170.2', // AWS, credentials of ECS tasks
  '169.254.170.23', // AWS, credentials of EKS pods
  'fd00:ec2::254', // AWS over IPv6
  'fd00:ec2::23', // AWS, credentials of EKS pods, over IPv6
  'fd20:ce::254', // Google over IPv6
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure's host agent: a public address that exists only inside Azure
]);

/** All public IPv6 addresses. The rest is special or unassigned. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
const IPV4_COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96');

/** More reasons explain nothing more, and a name may have thousands of addresses. */
const MOST_REASONS = 3;

/**
 * Only public unicast addresses and the networks of HOOKTRAIL_ALLOWED_NETWORKS may be dialled. An
 * IPv4-mapped address is judged as its IPv4 address. The IPv4 addresses inside an IPv6 address are
 * judged as well, also where its network is allowed: allowing NAT64 for the Internet does not allow
 * 10.0.0.0/8 behind it.
 */
export function createAddressRules(
  allowedNetworks: readonly string[],
  allowedPorts: readonly PortRange[] = [],
): AddressRules {
  const allowed = allowedNetworks.map((network) => ipaddr.parseCIDR(network));

  /** The bits of the smallest allowed network that has the address; undefined if none has. */
  function allowedBits(address: Parsed): number | undefined {
    const bits = allowed
      .filter(
        ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
      )
      .map(([, bits]) => bits);
    return bits.length === 0 ? undefined : Math.max(...bits);
  }

  function judge(address: Parsed): string | undefined {
    const bits = allowedBits(address);
    if (bits === undefined) {
      const rule = ruleAgainst(address);
      if (rule !== undefined) return `${address.toString()} is ${rule}`;
    }
    if (address instanceof ipaddr.IPv4) return undefined;
    for (const inside of addressesInside(address, bits ?? 0)) {
      const reason = judge(inside);
      if (reason !== undefined) return `${reason} (in ${address.toString()})`;
    }
    return undefined;
  }

  function refusal(address: string): string | undefined {
    if (isIP(address) === 0) return `${JSON.stringify(address)} is not an address`;
    return judge(parse(address));
  }

  function refusalOfAll(addresses: readonly string[]): string | undefined {
    const reasons: string[] = [];
    for (const address of addresses) {
      const reason = refusal(address);
      if (reason === undefined) return undefined;
      reasons.push(reason);
    }
    const more = reasons.length - MOST_REASONS;
    const shown = reasons.slice(0, MOST_REASONS).join(', ');
    return `${shown}${more > 0 ? `, and ${more} more` : ''}; see HOOKTRAIL_ALLOWED_NETWORKS`;
  }

  return {
    refusal,
    refusalOfAll,
    originRefusal({ protocol, hostname, port }) {
      const number = Number(port || (protocol === 'https:' ? 443 : 80));
      if (number === 0) return 'port 0 accepts no connections';
      const inRange = ({ first, last }: PortRange) => number >= first && number <= last;
      if (allowedPorts.length > 0 && !allowedPorts.some(inRange)) {
        return `port ${number} is not allowed; see HOOKTRAIL_ALLOWED_PORTS`;
      }
      const host = hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0) return refusalOfAll([host]);
      return isLoopbackName(host) ? refusalOfAll(LOOPBACK_ADDRESSES) : undefined;
    },
  };
}

/** Parses an address that `isIP` accepted. */
function parse(address: string): Parsed {
  if (isIP(address) === 4) return ipaddr.IPv4.parse(address);
  // Without the zone that a link-local address may have, which affects no rule; and in the spelling
  // of the URL standard: ipaddr.js reads "::1.2.3.4" as "::ffff:1.2.3.4", which is a different
  // address.
  const { hostname } = new URL(`http://[${address.split('%', 1)[0]}]`);
  const parsed = ipaddr.IPv6.parse(hostname.slice(1, -1));
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
}

/** The rule that an address breaks, such as "a private address". */
function ruleAgainst(address: Parsed): string | undefined {
  const range = address.range();
  const metadata = METADATA.has(address.toString());
  if (range === 'unicast') {
    if (metadata) return 'a cloud metadata address';
    if (address instanceof ipaddr.IPv4 || address.match(PUBLIC_IPV6)) return undefined;
    return address.match(IPV4_COMPATIBLE) ? 'an IPv4-compatible address' : 'a reserved address';
  }
  // A range that a later ipaddr.js adds and this table lacks is still refused.
  const rule = RANGES[range] ?? `a special-purpose address (${range})`;
  return metadata ? `${rule} (cloud metadata)` : rule;
}
