import { nextId } from './next-id.ts';
import type { Position } from './page.ts';

/**
 * Makes what says beyond which id a webhook is read: one that follows the webhook of the position may
 * have a row with the same id.
 */
export function startId(descending: boolean): (position: Position, webhookId: string) => string {
  // The streams of a page begin at one position: the arithmetic takes longer than all else.
  const inclusive = new Map<string, string>();
  return ({ id, webhookId: of }, webhookId) => {
    if (of === undefined || webhookId < of !== descending || webhookId === of) return id;
    let before = inclusive.get(id);
    if (before === undefined) {
      before = nextId(id, descending ? 1 : -1);
      inclusive.set(id, before);
    }
    return before;
  };
}
