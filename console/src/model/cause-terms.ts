import type { UndeliveredGroup } from '@hooktrail/sdk/hooktrail';
import { ERROR_CLASSES, printQuery, type QueryTerm } from '@hooktrail/sdk/query';

type ErrorTerm = Extract<QueryTerm, { readonly field: 'error' }>;

const CLASSES = Object.keys(ERROR_CLASSES) as ErrorTerm['values'][number][];
const TLS_CLASSES = CLASSES.filter((one) => one.startsWith('tls '));

const without = (values: typeof CLASSES) => printQuery([{ field: 'error', values, not: true }]);

/**
 * The terms that select what a group of the undelivered counts, and no other group of its webhook: a status
 * is the cause only where there is no error class, and `error:tls` finds every class that begins with it.
 */
export function causeTerms({
  errorClass,
  status,
}: Pick<UndeliveredGroup, 'errorClass' | 'status'>): string {
  if (errorClass === undefined) return `status:"${status}" ${without(CLASSES)}`;
  if (errorClass === 'tls') return `error:tls ${without(TLS_CLASSES)}`;
  return `error:"${errorClass}"`;
}
