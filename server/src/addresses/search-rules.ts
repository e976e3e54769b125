/** How a name without a trailing dot is expanded: `search` and `ndots` of resolv.conf. */
export interface SearchRules {
  readonly domains: readonly string[];
  /** A name with at least this many dots is first queried unchanged. */
  readonly ndots: number;
}

/** Names are queried unchanged. */
export const NO_SEARCH: SearchRules = { domains: [], ndots: 1 };

/** Parses a resolv.conf: the last `search` or `domain` counts, as in resolv.conf(5). */
export function parseSearchRules(text: string): SearchRules {
  let { domains, ndots } = NO_SEARCH;
  for (const line of text.split('\n')) {
    const [key, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (key === 'search' || key === 'domain') {
      domains = words.map((domain) => domain.replace(/^\.|\.$/g, '')).filter(Boolean);
    } else if (key === 'options') {
      const value = /(?:^|\s)ndots:(\d{1,2})(?:\s|$)/.exec(words.join(' '))?.[1];
      if (value !== undefined) ndots = Math.min(Number(value), 15);
    }
  }
  return { domains, ndots };
}

/** The names to query, in the order of getaddrinfo. */
export function searchedNames(hostname: string, { domains, ndots }: SearchRules): string[] {
  if (hostname.endsWith('.')) return [hostname.slice(0, -1)];
  const dots = hostname.split('.').length - 1;
  const searched = domains.map((domain) => `${hostname}.${domain}`);
  return dots >= ndots ? [hostname, ...searched] : [...searched, hostname];
}
