import type { Bin } from '../model/bin-counts.ts';
import { statusTone } from '../model/status-tone.ts';

const HEIGHT = 28;

/** A small chart of attempts over time; the failed ones stand at the bottom, in their own colour. */
export function Spark({ bins, label }: { bins: readonly Bin[]; label: string }) {
  const most = Math.max(1, ...bins.map(({ total }) => total));
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${Math.max(1, bins.length)} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {bins.map((bin, index) => {
        const good = bin.byStatus.get('success') ?? 0;
        const bad = [...bin.byStatus].reduce(
          (sum, [status, count]) => sum + (statusTone(status) === 'bad' ? count : 0),
          0,
        );
        const size = (count: number) => (count === 0 ? 0 : Math.max(1.5, (count / most) * HEIGHT));
        return (
          <g key={bin.from.getTime()}>
            <rect class="bad" x={index} y={HEIGHT - size(bad)} width={0.85} height={size(bad)} />
            <rect
              class="ok"
              x={index}
              y={Math.max(0, HEIGHT - size(bad) - size(good))}
              width={0.85}
              height={Math.min(size(good), HEIGHT - size(bad))}
            />
          </g>
        );
      })}
    </svg>
  );
}
