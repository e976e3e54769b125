import type { InvocationDetails } from '@hooktrail/sdk/hooktrail';
import { clockTime } from './clock-time.ts';
import type { Screen } from './screen.ts';

/** Explains the state of an invocation: in one or two sentences, and step by step. */
export function showExplanation(screen: Screen, invocation: InvocationDetails): void {
  screen.line();
  screen.line(screen.style('bold', `Why ${invocation.id} is in this state`));
  screen.line();
  screen.line(`  ${invocation.explanation}`);
  screen.line();
  for (const { at, what, message } of invocation.timeline) {
    screen.line(`  ${clockTime(at, 3)} UTC  ${what.padEnd(9)}  ${message}`);
  }
}
