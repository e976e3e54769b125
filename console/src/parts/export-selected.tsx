import type { ListedInvocation } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { ExportRows } from './export-rows.tsx';

/** As many values as a condition takes. */
const MOST = 100;

/** A button that asks about an export of the selected invocations. */
export function ExportSelected({ rows }: { rows: readonly ListedInvocation[] }) {
  const count = rows.length;
  if (count > MOST) {
    return (
      <button
        type="button"
        class="button"
        disabled
        title={`At most ${MOST} at a time. Select all rows to export all that match.`}
      >
        Export {formatCount(count)}
      </button>
    );
  }
  return (
    <ExportRows
      q={`invocation:${rows.map(({ id }) => id).join()}`}
      selected={count}
      kinds={['invocations', 'attempts']}
    >
      Export {formatCount(count)}
    </ExportRows>
  );
}
