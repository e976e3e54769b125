import { APIError } from '@hooktrail/sdk';
import { QueryClient } from '@tanstack/preact-query';

/** What was fetched. It stops in hidden tabs, and a screen that comes back shows it at once. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      gcTime: 5 * 60_000,
      // A refusal is final; a lost connection is tried again when it is back.
      retry: (failures, error) =>
        failures < 1 && error instanceof APIError && error.statusCode >= 500,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
