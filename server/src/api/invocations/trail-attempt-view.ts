import { attemptView } from './attempt-view.ts';
import type { Attempt } from './invocation-schema.ts';

/** An attempt as only our own operations show it. */
export function trailAttemptView(...values: Parameters<typeof attemptView>): Attempt {
  const [, { error_class }] = values;
  return { ...attemptView(...values), ...(error_class !== null && { error_class }) };
}
