import { type LookupAddress, Resolver } from 'node:dns';
import { Turns } from '../shares/turns.ts';
import { followFile } from './follow-file.ts';
import { hasNoDescriptor } from './has-no-descriptor.ts';
import { LookUpFailed } from './look-up-failed.ts';
import { isLoopbackName, LOOPBACK_ADDRESSES } from './loopback-name.ts';
import { type Hosts, parseHosts } from './parse-hosts.ts';
import { NO_SEARCH, parseSearchRules, type SearchRules, searchedNames } from './search-rules.ts';
import { toLookupAddress } from './to-lookup-address.ts';

/**
 * Finds all addresses of a name, IPv4 first; rejects with a `LookUpFailed`, or with `EMFILE` when this
 * process can open no socket. Look-ups are shared among the accounts for which they are made.
 */
export type NameResolver = (
  hostname: string,
  accountId?: number,
) => Promise<readonly LookupAddress[]>;

/** For whom a look-up is made that names nobody. */
const NO_ACCOUNT = 0;

interface Parts {
  /** Each `address` or `address:port`; empty: the machine's own. */
  readonly servers: readonly string[];
  readonly hosts?: () => Hosts;
  readonly search?: () => SearchRules;
  /** How long one look-up may take. */
  readonly limitMs?: number;
  /** How long a look-up may queue before it starts. */
  readonly waitMs?: number;
  /** Look-ups in progress at once. */
  readonly most?: number;
}

/** Together less than the 12 s of a request, so that the attempt reports DNS and not a timeout. */
const LIMIT_MS = 5_000;
const WAIT_MS = 6_000;

/**
 * Each look-up has one or two sockets. An account has a name looked up once at a time, however many
 * requests ask, so a look-up only queues when this many different names are without an answer, or
 * seven eighths as many of one account.
 */
const MOST = 1_024;

/** A query is repeated after 1 s without an answer, and again after 2 s. */
const QUESTIONS = { timeout: 1_000, tries: 3 };

/** Some name servers never answer for IPv6: one family waits for the other no longer than this. */
const OTHER_FAMILY_MS = 200;

/**
 * Queries name servers with c-ares, on this thread. `dns.lookup` uses one of the four threads that
 * a whole process shares, so four silent name servers would stop all look-ups. What it does beyond
 * DNS is done here: the hosts file, loopback names, search domains. See docs/decisions/dns.md.
 */
export function createNameResolver({
  servers,
  hosts = followFile('/etc/hosts', parseHosts),
  // Search domains belong to the machine's own name servers; others get names unchanged.
  search = servers.length > 0 ? () => NO_SEARCH : followFile('/etc/resolv.conf', parseSearchRules),
  limitMs = LIMIT_MS,
  waitMs = WAIT_MS,
  most = MOST,
}: Parts): NameResolver {
  const inProgress = new Map<string, Promise<readonly LookupAddress[]>>();
  const turns = new Turns(most);

  /** Waits for the turn of an account; `turns.leave` passes it on. */
  function enter(hostname: string, accountId: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        turns.withdraw(accountId, begin);
        reject(new LookUpFailed('EBUSY', hostname));
      }, waitMs);
      turns.enter(accountId, begin);
    });
  }

  async function ask(hostname: string): Promise<LookupAddress[]> {
    // One resolver per look-up: c-ares slows down and reorders name servers that were silent, and
    // one name must not affect another. It also uses a new port each time, which a forged answer
    // would have to guess, and reads a changed resolv.conf.
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
        failure = moreSpecific(failure, answer);
      }
      // Without a socket for its query, c-ares says that the name server refused it.
      const shortage = failure === 'ECONNREFUSED' ? hasNoDescriptor() : undefined;
      if (shortage !== undefined) {
        const error = new Error(`look-up of ${hostname}: ${shortage}: too many open files`);
        throw Object.assign(error, { code: shortage });
      }
      throw new LookUpFailed(failure, hostname);
    } finally {
      clearTimeout(timer);
      resolver.cancel();
    }
  }

  async function lookUp(hostname: string, accountId: number): Promise<readonly LookupAddress[]> {
    await enter(hostname, accountId);
    try {
      return await ask(hostname);
    } finally {
      turns.leave(accountId);
    }
  }

  return async (hostname, accountId = NO_ACCOUNT) => {
    const known = hosts().get(hostname.toLowerCase().replace(/\.$/, ''));
    if (known !== undefined) return known.map(toLookupAddress);
    if (isLoopbackName(hostname)) return LOOPBACK_ADDRESSES.map(toLookupAddress);
    // By account: a look-up that waits behind others of one account must not be another's.
    const key = `${accountId} ${hostname}`;
    let look = inProgress.get(key);
    if (look === undefined) {
      look = lookUp(hostname, accountId).finally(() => inProgress.delete(key));
      inProgress.set(key, look);
    }
    return look;
  };
}

/** The addresses of both families, or an error code if there are none. */
function addressesOf(resolver: Resolver, name: string): Promise<LookupAddress[] | string> {
  return new Promise((resolve) => {
    const answers = new Map<4 | 6, readonly string[]>();
    const failures: string[] = [];
    let patience: NodeJS.Timeout | undefined;

    function answered(
      family: 4 | 6,
      error: NodeJS.ErrnoException | null,
      addresses: string[],
    ): void {
      clearTimeout(patience);
      if (error === null) answers.set(family, addresses);
      else failures.push(error.code ?? 'EBADRESP');
      const found = () =>
        [...(answers.get(4) ?? []), ...(answers.get(6) ?? [])].map(toLookupAddress);
      if (answers.size + failures.length === 2) {
        resolve(answers.size > 0 ? found() : failures.reduce(moreSpecific));
      } else if (answers.size > 0) {
        patience = setTimeout(() => resolve(found()), OTHER_FAMILY_MS);
      }
    }

    resolver.resolve4(name, (error, addresses) => answered(4, error, addresses));
    resolver.resolve6(name, (error, addresses) => answered(6, error, addresses));
  });
}

/** Of two failures, prefers the one that says more than "no addresses". */
function moreSpecific(one: string, other: string): string {
  return one === 'ENOTFOUND' || one === 'ENODATA' ? other : one;
}
