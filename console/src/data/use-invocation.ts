import type { InvocationDetails } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { invocationChanges } from './invocation-changes.ts';
import { live } from './live.ts';

/** An invocation with its timeline; asked for again as long as something may happen. */
export const useInvocation = (id: string) =>
  useQuery({
    queryKey: ['invocation', id],
    queryFn: (context) => hooktrail.invocations.get(id, callOptions(context)),
    meta: live((found: InvocationDetails | undefined) => invocationChanges(found, Date.now())),
  });
