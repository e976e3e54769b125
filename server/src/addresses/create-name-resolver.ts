import { type LookupAddress, Resolver } from 'node:dns';
import { followFile } from './follow-file.ts';
import { LookUpFailed } from './look-up-failed.ts';
import { isLoopbackName, LOOPBACK_ADDRESSES } from './loopback-name.ts';
import { type Hosts, parseHosts } from './parse-hosts.ts';
import { NO_SEARCH, parseSearchRules, type SearchRules, searchedNames } from './search-rules.ts';
import { toLookupAddress } from './to-lookup-address.ts';

/** Finds all addresses of a name, IPv4 first; rejects with a `LookUpFailed`. */
export type NameResolver = (hostname: string) => Promise<readonly LookupAddress[]>;

interface Parts {
  /** `address` or `address:port` each; none for those of the machine. */
  readonly servers: readonly string[];
  readonly hosts?: () => Hosts;
  readonly search?: () => SearchRules;
  /** How long one look-up may take. */
  readonly limitMs?: number;
  /** How long it may wait for its turn before that. */
  readonly waitMs?: number;
  /** Look-ups under way at once. */
  readonly most?: number;
}

/** Together less than the 12 s that a request may take, so that the attempt says what it was. */
const LIMIT_MS = 5_000;
const WAIT_MS = 6_000;

/**
 * Each has a socket or two. A name is looked up once at a time, whoever asks, so this many different
 * names must be without an answer before another one waits.
 */
const MOST = 1_024;

/** A question is repeated after 1 s without an answer, and 2 s after that. */
const QUESTIONS = { timeout: 1_000, tries: 3 };

/** Some name servers are silent about IPv6: a family waits for the other one no longer than this. */
const OTHER_FAMILY_MS = 200;

/**
 * Asks name servers with c-ares, on this thread. `dns.lookup` asks on one of the four threads that all
 * of a process share: four silent name servers, and no name is found any more. What it does beside
 * DNS is done here: the hosts file, loopback names, search domains. See docs/decisions/dns.md.
 */
export function createNameResolver({
  servers,
  hosts = followFile('/etc/hosts', parseHosts),
  // Search domains belong to the machine's own name servers; others are asked for names as they are.
  search = servers.length > 0 ? () => NO_SEARCH : followFile('/etc/resolv.conf', parseSearchRules),
  limitMs = LIMIT_MS,
  waitMs = WAIT_MS,
  most = MOST,
}: Parts): NameResolver {
  const underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  const waiting = new Set<() => void>();
  let places = most;

  /** Waits for one of the places, which `leave` hands on. */
  function enter(hostname: string): Promise<void> {
    if (places > 0) {
      places--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(admit);
        reject(new LookUpFailed('EBUSY', hostname));
      }, waitMs);
      const admit = () => {
        clearTimeout(timer);
        resolve();
      };
      waiting.add(admit);
    });
  }

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) {
      places++;
    } else {
      waiting.delete(next);
      next();
    }
  }

  async function ask(hostname: string): Promise<LookupAddress[]> {
    // One for each look-up: c-ares slows down and reorders name servers that were silent about a
    // name, and what one name met must not be felt by others. It also takes a new port each time,
    // which a forged answer would have to guess, and reads a changed resolv.conf.
    const resolver = new Resolver(QUESTIONS);
    if (servers.length > 0) resolver.setServers(servers);
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      resolver.cancel();
    }, limitMs);
    let failure = 'ENOTFOUND';
    try {
      for (const name of searchedNames(hostname, search())) {
        const answer = await addressesOf(resolver, name);
        if (typeof answer !== 'string') return answer;
        if (expired) throw new LookUpFailed('ETIMEOUT', hostname);
        failure = moreTelling(failure, answer);
      }
      throw new LookUpFailed(failure, hostname);
    } finally {
      clearTimeout(timer);
      resolver.cancel();
    }
  }

  async function lookUp(hostname: string): Promise<readonly LookupAddress[]> {
    await enter(hostname);
    try {
      return await ask(hostname);
    } finally {
      leave();
    }
  }

  return async (hostname) => {
    const known = hosts().get(hostname.toLowerCase().replace(/\.$/, ''));
    if (known !== undefined) return known.map(toLookupAddress);
    if (isLoopbackName(hostname)) return LOOPBACK_ADDRESSES.map(toLookupAddress);
    let look = underWay.get(hostname);
    if (look === undefined) {
      look = lookUp(hostname).finally(() => underWay.delete(hostname));
      underWay.set(hostname, look);
    }
    return look;
  };
}

/** The addresses of both families, or the code of what came instead of any. */
function addressesOf(resolver: Resolver, name: string): Promise<LookupAddress[] | string> {
  return new Promise((resolve) => {
    const answers = new Map<4 | 6, readonly string[]>();
    const failures: string[] = [];
    let impatience: NodeJS.Timeout | undefined;

    function told(family: 4 | 6, error: NodeJS.ErrnoException | null, addresses: string[]): void {
      clearTimeout(impatience);
      if (error === null) answers.set(family, addresses);
      else failures.push(error.code ?? 'EBADRESP');
      const found = () =>
        [...(answers.get(4) ?? []), ...(answers.get(6) ?? [])].map(toLookupAddress);
      if (answers.size + failures.length === 2) {
        resolve(answers.size > 0 ? found() : failures.reduce(moreTelling));
      } else if (answers.size > 0) {
        impatience = setTimeout(() => resolve(found()), OTHER_FAMILY_MS);
      }
    }

    resolver.resolve4(name, (error, addresses) => told(4, error, addresses));
    resolver.resolve6(name, (error, addresses) => told(6, error, addresses));
  });
}

/** Of two failures the one that says more than that there is nothing. */
function moreTelling(one: string, other: string): string {
  return one === 'ENOTFOUND' || one === 'ENODATA' ? other : one;
}
