import type { Context } from '../session/context.ts';

/** What a check found. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** What to do. */
  readonly next?: string;
}

/** One or more checks of one thing. */
export type Check = (context: Context) => AsyncIterable<Finding>;
