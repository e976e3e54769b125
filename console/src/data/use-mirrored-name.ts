import type { InvocationDetails } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { hooktrail } from './hooktrail.ts';

/** The name of the webhook of an archived invocation, which is not among ours: its row has it. */
export const useMirroredName = (invocation: InvocationDetails | undefined) =>
  useQuery({
    queryKey: ['mirrored-name', invocation?.webhookId],
    queryFn: async ({ signal }) => {
      const { id = '', webhookId } = invocation ?? {};
      const q = `invocation:${id} webhook:${webhookId}`;
      const { items } = await hooktrail.invocations.list(q, { pageSize: 1 }, { signal });
      return items[0]?.webhook.name ?? webhookId;
    },
    enabled: invocation?.origin !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
