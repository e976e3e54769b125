import fc from 'fast-check';

/** A network: its first and last address as numbers. */
export interface Network {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** Parses a CIDR block without the library that is tested. */
export function networkOf(cidr: string): Network {
  const [address = '', prefix] = cidr.split('/');
  const family = address.includes(':') ? 6 : 4;
  const first = family === 4 ? numberOfIpv4(address) : numberOfIpv6(address);
  const size = 1n << BigInt((family === 4 ? 32 : 128) - Number(prefix));
  return { family, first, last: first + size - 1n };
}

/** Any address of a network; the first and the last more often than others. */
export function addressIn({ first, last }: Network): fc.Arbitrary<bigint> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(first, last) },
    { weight: 4, arbitrary: fc.bigInt(first, last) },
  );
}

export function isIn(networks: readonly Network[], address: bigint): boolean {
  return networks.some(({ first, last }) => address >= first && address <= last);
}

export function ipv4Text(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((bits) => (address >> bits) & 0xffn).join('.');
}

/** The spellings of an IPv6 address: in full, short, in capitals, with a dotted end. */
export function ipv6Texts(address: bigint): string[] {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  const full = groups.map((group) => group.padStart(4, '0')).join(':');
  const short = new URL(`http://[${full}]`).hostname.slice(1, -1);
  const dotted = `${groups.slice(0, 6).join(':')}:${ipv4Text(address & 0xffff_ffffn)}`;
  const zeros = dotted.replace(/^(0:)+/, '::');
  return [full, short, short.toUpperCase(), dotted, zeros];
}

/** Spellings of an IPv4 address in a URL that the URL standard normalizes. */
export function oddSpelling(address: bigint): fc.Arbitrary<string> {
  return fc
    .record({
      parts: fc.constantFrom(1, 2, 3, 4),
      bases: fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 }),
      digits: fc.constantFrom('ascii', 'wide', 'circled', 'percent'),
      dot: fc.constantFrom('.', '。', '．', '%2e'),
      trailing: fc.boolean(),
    })
    .map(({ parts, bases, digits, dot, trailing }) => {
      const rest = BigInt(8 * (5 - parts));
      const numbers = [
        ...[24n, 16n, 8n].slice(0, parts - 1).map((bits) => (address >> bits) & 0xffn),
        address & ((1n << rest) - 1n),
      ];
      const texts = numbers.map((number, i) => {
        if (bases[i] === 16) return `0x${number.toString(16)}`;
        return bases[i] === 8 ? `0${number.toString(8)}` : String(number);
      });
      const written = texts.map((text) => [...text].map(DIGITS[digits] as never).join(''));
      return written.join(dot) + (trailing ? dot : '');
    });
}

const DIGITS: Readonly<Record<string, (digit: string) => string>> = {
  ascii: (digit) => digit,
  wide: (digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0),
  // Circled digits and letters follow one another in Unicode.
  circled: (digit) =>
    /[1-9]/.test(digit) ? String.fromCodePoint(0x2460 + Number(digit) - 1) : digit,
  percent: (digit) => `%${(digit.codePointAt(0) ?? 0).toString(16)}`,
};

function numberOfIpv4(text: string): bigint {
  return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function numberOfIpv6(text: string): bigint {
  const [left = '', right = ''] = text.split('::');
  const groups = (half: string) => (half === '' ? [] : half.split(':'));
  const [before, after] = [groups(left), groups(right)];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce(
    (sum, group) => sum * 65_536n + BigInt(`0x${group}`),
    0n,
  );
}
