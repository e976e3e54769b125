import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** The rules that apply to a webhook, and those that are its own. */
export const useDelivery = (id: string) =>
  useQuery({
    queryKey: ['delivery', id],
    queryFn: ({ signal }) => hooktrail.webhooks.getDelivery(id, { signal }),
  });
