import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** The rules of the account, one of each kind. */
export const useAlertRules = () =>
  useQuery({
    queryKey: ['alert-rules'],
    queryFn: ({ signal }) => hooktrail.alertRules.list({ signal }),
    staleTime: 10_000,
  });
