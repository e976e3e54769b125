import type { BodiesPolicy } from '../../model/source.ts';
import type { ArchivedInvocation } from '../../sql/store-archived-rows.ts';

/** Which bodies a source archives. */
export interface BodiesRule {
  readonly bodies: BodiesPolicy;
  readonly every: number | null;
}

/** Whether the bodies of an invocation are to be fetched. Without a request there are none. */
export function wantsBody(
  { attemptsCount, id, status }: Pick<ArchivedInvocation, 'attemptsCount' | 'id' | 'status'>,
  { bodies, every }: BodiesRule,
): boolean {
  if (attemptsCount === 0 || bodies === 'none') return false;
  if (bodies === 'all') return true;
  if (bodies === 'failures') return status !== 'success';
  return hashOf(id) % (every ?? 1) === 0;
}

/** FNV-1a: an invocation is in a sample or not, whoever asks. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
