/** A span that has to be read, and what of it. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly events: boolean;
  readonly early: boolean;
  readonly late: boolean;
  /** How many blocks of a filter it is; 0 where there is no filter. */
  readonly blocks: number;
}

/** A span without a filter: all of it has to be read. */
export function openWindow(fromMs: number, untilMs: number): Window {
  return { fromMs, untilMs, events: true, early: true, late: true, blocks: 0 };
}
