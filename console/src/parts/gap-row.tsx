import type { ListedGap } from '@hooktrail/sdk/hooktrail';
import { Time } from './time.tsx';

/**
 * Stands in the list of invocations where rows would be: a span of which nobody knows what finished in it. It
 * cannot be selected; the keys stop at it, so that nobody passes over it unaware.
 */
export function GapRow({
  gap: { from, reason, source, to, webhook },
  index,
  top,
  cells,
  isActive,
  onActive,
}: {
  gap: ListedGap;
  index: number;
  top: number;
  /** How many cells a row of the list has. */
  cells: number;
  isActive: boolean;
  onActive: (index: number) => void;
}) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      class={`grid-row gap-row ${isActive ? 'active' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" aria-colspan={cells} class="cell">
        <span class="roomy" aria-hidden="true">
          ⋯
        </span>
        <a
          class="row-link"
          href={`/console/sources/${encodeURIComponent(source)}`}
          onFocus={() => onActive(index)}
        >
          gap: <span class="roomy">nothing is known between </span>
          <Time at={from} />
          <span class="roomy"> and </span>
          <Time at={to} />
        </a>
        <span class="soft cut">
          ({reason}) of {webhook.name}, archived from {source}
        </span>
      </span>
    </div>
  );
}
