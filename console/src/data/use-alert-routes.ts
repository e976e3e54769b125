import { useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 30_000;
const STATEMENTS = 1;

/** Where the alerts of the account go: 20 routes at most. */
export const useAlertRoutes = () =>
  useQuery({
    queryKey: ['alert-routes'],
    queryFn: (context) => hooktrail.alertRoutes.list(callOptions(context)),
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
