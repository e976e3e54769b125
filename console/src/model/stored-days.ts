import type { Storage } from '@hooktrail/sdk/hooktrail';

/** What all tables hold of one day, or of one month of what is archived. */
export interface StoredDay {
  /** `2026-11-29`, or `2026-11` of a month. */
  readonly name: string;
  readonly bytes: number;
  /** The largest first. */
  readonly tables: readonly { readonly table: string; readonly bytes: number }[];
  /** When the first of it is dropped; undefined: never. */
  readonly droppedAfter: Date | undefined;
}

const DAY_MS = 86_400_000;

/** The partitions of all tables by day, newest first. */
export function storedDays({ tables }: Pick<Storage, 'tables'>): StoredDay[] {
  const days = new Map<string, { table: string; bytes: number; droppedAfter?: Date }[]>();
  for (const { name: table, partitions } of tables) {
    for (const { bytes, droppedAfter, from, to } of partitions) {
      const isDay = to.getTime() - from.getTime() <= DAY_MS;
      const name = from.toISOString().slice(0, isDay ? 10 : 7);
      const known = days.get(name) ?? [];
      days.set(name, known);
      known.push({ table, bytes, ...(droppedAfter && { droppedAfter }) });
    }
  }
  return [...days]
    .map(([name, parts]) => {
      const drops = parts.flatMap(({ droppedAfter }) => droppedAfter?.getTime() ?? []);
      return {
        name,
        bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
        tables: parts.sort((one, other) => other.bytes - one.bytes),
        droppedAfter: drops.length === 0 ? undefined : new Date(Math.min(...drops)),
      };
    })
    .sort((one, other) => (one.name < other.name ? 1 : -1));
}
