import type { Position } from './page.ts';

/** Whether a position comes before another one in the direction of reading. */
export function isNearer(one: Position, other: Position, descending: boolean): boolean {
  if (one.key !== other.key) return one.key < other.key !== descending;
  if (one.id !== other.id) return one.id < other.id !== descending;
  const { webhookId = '' } = one;
  const { webhookId: otherId = '' } = other;
  return webhookId !== otherId && webhookId < otherId !== descending;
}
