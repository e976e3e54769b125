import { DAY_MS } from '../model/time-units.ts';

/** How long a partition is. */
export type PartitionSpan = 'day' | 'month';

/** The arithmetic of partitions of one length, in UTC. */
interface SpanOfPartition {
  /** A span is never longer. */
  readonly longestMs: number;
  /** A regular expression of the end of a name. */
  readonly suffix: string;
  /** When the span of a moment begins. */
  startOf(timeMs: number): number;
  /** How the name of the partition ends that begins here. */
  nameOf(startMs: number): string;
  /** When the span of a partition with this name ends. */
  endOf(name: string): number;
}

const digitsOf = (timeMs: number) =>
  new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');

/** The partitions of a table whose rows of one day, or of one month, lie together. */
export function partitionSpan(span: PartitionSpan): SpanOfPartition {
  if (span === 'day') {
    return {
      longestMs: DAY_MS,
      suffix: '[0-9]{8}',
      startOf: (timeMs) => Math.floor(timeMs / DAY_MS) * DAY_MS,
      nameOf: digitsOf,
      endOf(name) {
        const [, year, month, date] = /_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
        return Date.UTC(Number(year), Number(month) - 1, Number(date) + 1);
      },
    };
  }
  return {
    longestMs: 31 * DAY_MS,
    suffix: '[0-9]{6}',
    startOf(timeMs) {
      const time = new Date(timeMs);
      return Date.UTC(time.getUTCFullYear(), time.getUTCMonth());
    },
    nameOf: (startMs) => digitsOf(startMs).slice(0, 6),
    endOf(name) {
      const [, year, month] = /_(\d{4})(\d\d)$/.exec(name) ?? [];
      return Date.UTC(Number(year), Number(month));
    },
  };
}
