import type { Check } from '../services/services.ts';

const MARKS = { ok: '+', warning: '!', failed: '-' } as const;

/** A line for each check, and what follows from all of them, for people and their tools. */
export function checkLines(checks: readonly Check[]): string {
  const lines = checks.map(({ message, name, state }) => `[${MARKS[state]}] ${name}: ${message}`);
  const isReady = checks.every(({ state }) => state !== 'failed');
  return `${[...lines, isReady ? 'ready' : 'not ready'].join('\n')}\n`;
}
