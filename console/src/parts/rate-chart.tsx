import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { preferences } from '../data/preferences.ts';
import { formatTime } from '../model/format-time.ts';
import { hourLabel } from '../model/hour-label.ts';
import type { RateLine } from '../model/rate-lines.ts';

const HEIGHT = 180;
const SECOND = 1_000;

/** How the lines look, in their order: what is now is the strongest. */
const LOOKS = [
  { colour: '--accent', dash: [], width: 2 },
  { colour: '--hold-mark', dash: [6, 4], width: 1.5 },
  { colour: '--wait-mark', dash: [2, 3], width: 1.5 },
] as const;
const MARKS = ['━', '╍', '┅'] as const;

/** Lines over time; the numbers of the last hour and of each line are words below. */
export function RateChart({
  title,
  hours,
  lines,
  format,
  most,
}: {
  title: string;
  /** Milliseconds since 1970. */
  hours: readonly number[];
  lines: readonly RateLine[];
  format: (value: number) => string;
  /** The top of the scale; otherwise the highest value is near it. */
  most?: number;
}) {
  const box = useRef<HTMLDivElement>(null);
  const { theme, utc } = preferences.value;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--ink-soft'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { stroke: colour('--line'), width: 1 },
    };
    const chart = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        ...(utc && { tzDate: (at: number) => uPlot.tzDate(new Date(at * SECOND), 'Etc/UTC') }),
        scales: {
          y: {
            range: (_chart, _least, highest) => [0, most ?? (highest > 0 ? highest * 1.05 : 1)],
          },
        },
        axes: [
          {
            ...axis,
            values: (_chart, times) => times.map((at) => hourLabel(new Date(at * SECOND), utc)),
          },
          { ...axis, size: 64, values: (_chart, values) => values.map(format) },
        ],
        series: [
          {},
          ...lines.map(({ label }, index) => {
            const look = LOOKS[index % LOOKS.length] ?? LOOKS[0];
            return {
              label,
              stroke: colour(look.colour),
              width: look.width,
              dash: [...look.dash],
              spanGaps: false,
              // A line needs two hours; one alone must be seen too.
              points: { show: true, size: 4, fill: colour(look.colour) },
            };
          }),
        ],
      },
      [hours.map((at) => at / SECOND), ...lines.map(({ values }) => [...values])],
      element,
    );
    const sizes = new ResizeObserver(() =>
      chart.setSize({ width: Math.max(200, element.clientWidth), height: HEIGHT }),
    );
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      chart.destroy();
    };
  }, [hours, lines, format, most, theme, utc]);
  const spoken = lines
    .map(({ label, values }) => {
      const last = values.findLast((value) => value !== null);
      return `${label} ${last === undefined || last === null ? 'nothing' : format(last)}`;
    })
    .join(', ');
  const [first = 0] = hours;
  return (
    <section class="card" aria-label={title}>
      <header class="chart-head">
        <h2>{title}</h2>
        <span class="row soft">
          {lines.map(({ label }, index) => (
            <span key={label}>
              <span aria-hidden="true" class={`line-mark look-${index % LOOKS.length}`}>
                {MARKS[index % MARKS.length]}
              </span>{' '}
              {label}
            </span>
          ))}
        </span>
      </header>
      <div class="body">
        <div
          ref={box}
          class="rate-chart"
          role="img"
          aria-label={`${title} by hour since ${formatTime(new Date(first), utc, 'short')}. Latest: ${spoken}`}
        />
      </div>
    </section>
  );
}
