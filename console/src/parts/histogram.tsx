import { useRef, useState } from 'preact/hooks';
import { preferences } from '../data/preferences.ts';
import type { Bin } from '../model/bin-counts.ts';
import { formatCount } from '../model/format-count.ts';
import { formatTime } from '../model/format-time.ts';
import { statusTone, type Tone } from '../model/status-tone.ts';

const TONES: readonly Tone[] = ['ok', 'wait', 'hold', 'bad'];
const HEIGHT = 64;

const toneCount = (bin: Bin, tone: Tone) =>
  [...bin.byStatus].reduce(
    (sum, [status, count]) => sum + (statusTone(status) === tone ? count : 0),
    0,
  );

/**
 * Bars of counts by status over time. Dragging over them, or the arrow keys with Enter, chooses a
 * span.
 */
export function Histogram({
  bins,
  onSpan,
}: {
  bins: readonly Bin[];
  onSpan: (from: Date, to: Date) => void;
}) {
  const chart = useRef<SVGSVGElement>(null);
  const [from, setFrom] = useState<number>();
  const [to, setTo] = useState<number>();
  const { utc } = preferences.value;
  const most = Math.max(1, ...bins.map(({ total }) => total));
  const low = Math.min(from ?? -1, to ?? -1);
  const high = Math.max(from ?? -1, to ?? -1);
  const shown = to === undefined ? undefined : bins[to];

  const binAt = (event: PointerEvent): number => {
    const box = chart.current?.getBoundingClientRect();
    if (box === undefined) return 0;
    const place = Math.floor(((event.clientX - box.left) / box.width) * bins.length);
    return Math.max(0, Math.min(bins.length - 1, place));
  };
  const choose = () => {
    const [first, last] = [bins[low], bins[high]];
    if (first !== undefined && last !== undefined) onSpan(first.from, last.to);
    setFrom(undefined);
    setTo(undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const step = event.key === 'ArrowRight' ? 1 : -1;
      const next = Math.max(0, Math.min(bins.length - 1, (to ?? bins.length - 1) + step));
      setTo(next);
      if (!event.shiftKey || from === undefined) setFrom(event.shiftKey ? (to ?? next) : next);
    } else if (event.key === 'Enter') {
      // The list that it narrows has an Enter of its own.
      event.preventDefault();
      if (from !== undefined) choose();
    } else if (event.key === 'Escape') {
      setFrom(undefined);
      setTo(undefined);
    }
  };
  const spoken =
    shown === undefined
      ? ''
      : `${formatTime(bins[low]?.from ?? shown.from, utc, 'short')} to ${formatTime(bins[high]?.to ?? shown.to, utc, 'short')}: ${formatCount(
          bins.slice(low, high + 1).reduce((sum, { total }) => sum + total, 0),
        )} attempts`;
  const edge = (at: Date | undefined) => (at === undefined ? '' : formatTime(at, utc, 'short'));

  return (
    <div class="histogram">
      <svg
        ref={chart}
        viewBox={`0 0 ${bins.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="slider"
        aria-label="Attempts by time. Arrow keys move, Shift extends, Enter narrows the list to the span"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bins.length - 1)}
        aria-valuenow={to ?? 0}
        aria-valuetext={spoken || 'No span is chosen'}
        // In lower case: Preact sets properties of SVG as attributes, whose case counts.
        tabindex={0}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          chart.current?.setPointerCapture(event.pointerId);
          setFrom(binAt(event));
          setTo(binAt(event));
        }}
        onPointerMove={(event) => {
          if (from !== undefined && event.buttons === 1) setTo(binAt(event));
        }}
        onPointerUp={choose}
        onPointerCancel={() => setFrom(undefined)}
      >
        {bins.map((bin, index) => {
          let top = HEIGHT;
          return (
            <g key={bin.from.getTime()}>
              <title>{`${formatTime(bin.from, utc, 'short')}: ${formatCount(bin.total)} attempts${[...bin.byStatus].map(([status, count]) => `\n${status} ${formatCount(count)}`).join('')}`}</title>
              <rect class="hit" x={index} y={0} width={1} height={HEIGHT} />
              {TONES.map((tone) => {
                const count = toneCount(bin, tone);
                if (count === 0) return null;
                // One failure among a thousand successes must be seen.
                const height = Math.max(2, (count / most) * (HEIGHT - 6));
                top -= height;
                return (
                  <rect
                    key={tone}
                    class={tone}
                    x={index + 0.1}
                    y={top}
                    width={0.8}
                    height={height}
                  />
                );
              })}
            </g>
          );
        })}
        {from !== undefined && (
          <rect class="brush" x={low} y={0} width={high - low + 1} height={HEIGHT} />
        )}
      </svg>
      <div class="histogram-axis">
        <span>{edge(bins[0]?.from)}</span>
        <span aria-live="polite">{spoken}</span>
        <span>{edge(bins.at(-1)?.to)}</span>
      </div>
    </div>
  );
}
