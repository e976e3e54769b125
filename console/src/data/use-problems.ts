import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

const LIVE_MS = 10_000;
/** Jobs and sources; what is not folded yet, and rollups. */
const STATEMENTS = 4;

/** What is wrong with the account now; the node answers from its memory. */
export const useProblems = () =>
  useQuery({
    queryKey: ['problems'],
    queryFn: (context) => hooktrail.problems(callOptions(context)),
    placeholderData: keepPreviousData,
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
