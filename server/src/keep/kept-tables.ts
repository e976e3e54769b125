import type { PartitionSpan } from './partition-span.ts';

/** The tables of the trail, partitioned by time, and how long a partition is. */
export const KEPT_TABLES = {
  event: 'day',
  invocation: 'day',
  attempt: 'day',
  delta: 'day',
  key_block: 'day',
  rollup_minute: 'day',
  archive_event: 'month',
  archive_invocation: 'month',
  archive_attempt: 'month',
} as const satisfies Record<string, PartitionSpan>;

export type KeptTable = keyof typeof KEPT_TABLES;
