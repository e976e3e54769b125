import type { Source } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 5_000;
/** The source; its webhooks and the oldest body, where bodies are missing. */
const STATEMENTS = 3;

const ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** One source, by its id or, as links from invocations have it, by its name. */
export function useSource(ref: string) {
  const isId = ID.test(ref);
  // A name may be given to another one, but not while somebody looks at this one.
  const named = useQuery({
    queryKey: ['source-named', ref],
    queryFn: async ({ signal }) => {
      const found = (await hooktrail.sources.list({ signal })).find(({ name }) => name === ref);
      if (found === undefined) throw new Error(`No source is called ${ref}.`);
      return found.id;
    },
    enabled: !isId,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const id = isId ? ref : named.data;
  const source = useQuery<Source>({
    queryKey: ['source', id],
    queryFn: (context) => hooktrail.sources.get(id ?? '', callOptions(context)),
    enabled: id !== undefined,
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
  return {
    data: source.data,
    error: named.error ?? source.error,
    refetch: () => (named.error ? named.refetch() : source.refetch()),
  };
}
