import type { Position } from '../../trail/page.ts';

/** How far an erasure has come. */
export interface EraseProgress {
  /** Events, and invocations whose event is unknown or no longer kept. */
  readonly selected: number;
  /** The query selects more than a job erases. */
  readonly more: boolean;
  /** Which of the walks of its selection is at work. */
  readonly walk: number;
  /** Where that goes on. */
  readonly after: Position | null;
  /** Of the selected. */
  readonly erased: number;
  readonly invocations: number;
  readonly attempts: number;
  readonly skipped: Readonly<Record<string, number>>;
  /** When the newest erased event was created. */
  readonly newestMs: number | null;
  /** Where the look at idempotency keys goes on: they are the last to go. */
  readonly keys: { readonly lane: number; readonly after: string };
}

export const NEW_ERASURE: EraseProgress = {
  selected: 0,
  more: false,
  walk: 0,
  after: null,
  erased: 0,
  invocations: 0,
  attempts: 0,
  skipped: {},
  newestMs: null,
  keys: { lane: 0, after: '' },
};
