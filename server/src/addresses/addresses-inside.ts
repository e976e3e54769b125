import ipaddr from 'ipaddr.js';

type Bytes = readonly number[];

interface Form {
  readonly network: [ipaddr.IPv6, number];
  /** The IPv4 addresses inside an address of the network. */
  read(bytes: Bytes, allowedBits: number): readonly Bytes[];
}

const at = (...places: number[]) => ({
  read: (bytes: Bytes) => [places.map((place) => bytes[place] as number)],
});

/** Where RFC 6052, 2.2 puts the IPv4 address, by the length of the NAT64 prefix. */
const BY_PREFIX: readonly (readonly [bits: number, places: readonly number[]])[] = [
  [48, [6, 7, 9, 10]],
  [56, [7, 9, 10, 11]],
  [64, [9, 10, 11, 12]],
  [96, [12, 13, 14, 15]],
];

const FORMS: readonly Form[] = [
  { network: ipaddr.IPv6.parseCIDR('64:ff9b::/96'), ...at(12, 13, 14, 15) }, // NAT64, RFC 6052
  { network: ipaddr.IPv6.parseCIDR('64:ff9b:1::/48'), read: readLocalNat64 }, // RFC 8215
  { network: ipaddr.IPv6.parseCIDR('::ffff:0:0:0/96'), ...at(12, 13, 14, 15) }, // RFC 6145
  { network: ipaddr.IPv6.parseCIDR('::/96'), ...at(12, 13, 14, 15) }, // IPv4-compatible, RFC 4291
  { network: ipaddr.IPv6.parseCIDR('2002::/16'), ...at(2, 3, 4, 5) }, // 6to4, RFC 3056
  // Teredo, RFC 4380: the server, and the client with its bits inverted.
  {
    network: ipaddr.IPv6.parseCIDR('2001::/32'),
    read: (bytes) => [bytes.slice(4, 8), bytes.slice(12).map((byte) => byte ^ 0xff)],
  },
  // ISATAP, RFC 5214: behind any prefix, whether the IPv4 address is unique (0200:5efe) or not.
  {
    network: ipaddr.IPv6.parseCIDR('::/0'),
    read: (bytes) =>
      ((bytes[8] as number) & 0xfc) === 0 &&
      bytes[9] === 0 &&
      bytes[10] === 0x5e &&
      bytes[11] === 0xfe
        ? [bytes.slice(12)]
        : [],
  },
];

/** Nothing translates them: the unspecified and the loopback address. */
const PLAIN: ReadonlySet<string> = new Set(['::', '::1']);

/**
 * The IPv4 addresses that an IPv6 address leads to, through a translator or a tunnel, if there is
 * one. Not the NAT64 prefixes of public networks: no address shows them.
 *
 * @param allowedBits the bits of the allowed network that has the address. An operator who allows
 *   `64:ff9b:1:2::/64` has a NAT64 prefix of at least that length.
 */
export function addressesInside(address: ipaddr.IPv6, allowedBits: number): ipaddr.IPv4[] {
  if (PLAIN.has(address.toString())) return [];
  const bytes = address.toByteArray();
  return FORMS.filter(({ network }) => address.match(network))
    .flatMap(({ read }) => read(bytes, allowedBits))
    .map((inside) => new ipaddr.IPv4([...inside]));
}

/**
 * A local prefix may have any length of RFC 6052, and translators ignore what follows the IPv4
 * address, so every reading counts, except those in 0.0.0.0/8: they are the zeros around an address
 * that is read elsewhere. If there is no other, the last counts.
 */
function readLocalNat64(bytes: Bytes, allowedBits: number): readonly Bytes[] {
  const readings = BY_PREFIX.filter(([bits]) => bits >= Math.min(allowedBits, 96)).map(
    ([, places]) => places.map((place) => bytes[place] as number),
  );
  const plausible = readings.filter(([first]) => first !== 0);
  return plausible.length > 0 ? plausible : readings.slice(-1);
}
