import { isIP } from 'node:net';

/** Addresses by lower-case name. */
export type Hosts = ReadonlyMap<string, readonly string[]>;

/** Parses a hosts file: per line an address and its names. Other lines are skipped. */
export function parseHosts(text: string): Hosts {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map((one) => one.toLowerCase())) {
      const addresses = hosts.get(name) ?? [];
      if (!addresses.includes(address)) addresses.push(address);
      hosts.set(name, addresses);
    }
  }
  return hosts;
}
