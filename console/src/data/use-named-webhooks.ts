import type { Webhook } from '@hooktrail/sdk';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { hooktrail } from './hooktrail.ts';

/** Of a page of the API. */
export const MOST_NAMED = 100;

/** Whoever types asks once they rest. */
const REST_MS = 250;

/**
 * The webhooks whose name has a text in it, by name, 100 at most: for an account that has more than `useWebhooks`
 * loads.
 */
export function useNamedWebhooks(text: string, enabled: boolean) {
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRested(text.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return useQuery<Webhook[]>({
    queryKey: ['webhooks', 'named', rested],
    queryFn: ({ signal }) =>
      hooktrail.webhooks
        .list({ pageSize: MOST_NAMED, filterNameContains: rested, sort: 'name' }, { signal })
        .then(({ items }) => [...items]),
    enabled: enabled && rested !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}
