import type { ReconcileKind } from '../../model/reconcile.ts';

interface Listed {
  readonly delivered: boolean;
  readonly attempts_count: number;
}

/** What became of a listed invocation. One that arrived was sent, whatever its log says. */
export function compareInvocation(
  { attempts_count: attemptsCount, delivered }: Listed,
  hasArrived: boolean,
): ReconcileKind {
  if (delivered) return hasArrived ? 'arrived' : 'not_arrived';
  if (hasArrived) return 'failed_arrived';
  return attemptsCount === 0 ? 'never_sent' : 'failed';
}
