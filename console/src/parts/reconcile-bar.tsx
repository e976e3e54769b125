import type { ReconcileNumbers } from '@hooktrail/sdk/hooktrail';
import { RECONCILE_KINDS } from '../model/reconcile-kinds.ts';

/** The numbers of an hour as parts of a bar, which is as long as its sum is of the largest. The table says them. */
export function ReconcileBar({ numbers, most }: { numbers: ReconcileNumbers; most: number }) {
  return (
    <div class="reconcile-bar" aria-hidden="true">
      {RECONCILE_KINDS.toReversed().map(({ field, kind, tone }) => (
        <span
          key={kind}
          class={tone}
          style={{ width: `${most === 0 ? 0 : (100 * numbers[field]) / most}%` }}
        />
      ))}
    </div>
  );
}
