import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** The inboxes of the account, newest first: 100 at most. */
export const useInboxes = () =>
  useQuery({
    queryKey: ['inboxes'],
    queryFn: ({ signal }) => hooktrail.inboxes.list({ signal }),
    staleTime: 10_000,
  });
