import { useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 60_000;

/** The mutes of the account, newest first. */
export const useAlertMutes = () =>
  useQuery({
    queryKey: ['alert-mutes'],
    queryFn: (context) => hooktrail.alertMutes.list(callOptions(context)),
    meta: live({ everyMs: LIVE_MS, statements: 1 }),
  });
