import type { ReasonCode, WebhookReason } from '../model/reason-code.ts';
import { stateOf } from './state-of.ts';

interface Recorded {
  readonly due_at: Date | null;
  readonly leased: boolean;
  readonly reason_code: ReasonCode | null;
}

/**
 * Why an invocation waits or ended, in one word. What is recorded says what holds this invocation;
 * what holds all of its webhook (`heldReasonOf`) goes before it. Null for one that nothing happened to
 * yet, and after a success. Statements filter by the same rule (`INVOCATION_CONDITIONS`).
 */
export function reasonCodeOf(
  recorded: Recorded,
  held: WebhookReason | null,
  nowMs: number,
): ReasonCode | WebhookReason | null {
  if (held === null || stateOf(recorded, nowMs) !== 'waiting') return recorded.reason_code;
  return held;
}
